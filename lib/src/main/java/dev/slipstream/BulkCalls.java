package dev.slipstream;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Calls for several keys: what is cached or in flight is taken from there, the rest is loaded. */
final class BulkCalls<K, V> {
  private final CacheCore<K, V> core;
  private final SingleFlight<K, V> flights;
  private final @Nullable Refreshes<K, V> refreshes;

  BulkCalls(CacheCore<K, V> core, SingleFlight<K, V> flights, @Nullable Refreshes<K, V> refreshes) {
    this.core = core;
    this.flights = flights;
    this.refreshes = refreshes;
  }

  /** Fetches keys with one call of a loader for all that nobody else fetches. */
  BulkFuture<K, V> fetch(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(core.config.callbacks(), wanted.size());
    FetchException refusal = refusal(wanted);
    if (refusal != null) {
      return future.refuse(refusal);
    }
    if (failsAtOnce(wanted, future)) {
      return future;
    }
    @Nullable Map<K, CachedValue<V>> hits = refreshes == null ? null : new LinkedHashMap<>();
    if (core.ledger == null) {
      fetch(wanted, future, hits, new BulkLoad<>(core, loader));
    } else {
      fetchShared(wanted, future, hits, new SharedBulk<>(core, loader));
    }
    if (hits != null && refreshes != null) {
      refresh(hits, refreshes, loader);
    }
    return future.seal();
  }

  private void fetch(
      Set<K> wanted,
      BulkFuture<K, V> future,
      @Nullable Map<K, CachedValue<V>> hits,
      BulkLoad<K, V> load) {
    try {
      for (K key : wanted) {
        joinOrStart(key, future, hits, load.single(), load);
      }
      load.start();
    } catch (Throwable e) { // a key's equals, say: nobody may be left waiting
      load.breakOff(e);
      future.leave();
      throw e;
    } finally {
      load.opened();
    }
  }

  /** Refreshes, in the background and with one call of the loader, those entries that are due. */
  private void refresh(
      Map<K, CachedValue<V>> hits, Refreshes<K, V> refreshes, BulkLoader<K, V> loader) {
    int aside = LoadStack.putAside(); // nobody waits for it: it closes no cycle
    try {
      if (core.ledger == null) {
        refresh(hits, refreshes, new BulkLoad<>(core, loader));
      } else {
        refresh(hits, refreshes, new SharedBulk<>(core, loader));
      }
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  private void refresh(
      Map<K, CachedValue<V>> hits, Refreshes<K, V> refreshes, BulkLoad<K, V> load) {
    try {
      hits.forEach((key, hit) -> refresh(key, hit, refreshes, load.single(), load));
      load.start();
    } catch (Throwable e) { // the caller has its values
      load.breakOff(e);
    } finally {
      load.opened();
    }
  }

  private void refresh(
      Map<K, CachedValue<V>> hits, Refreshes<K, V> refreshes, SharedBulk<K, V> loader) {
    try {
      hits.forEach((key, hit) -> refresh(key, hit, refreshes, loader, null));
    } finally {
      loader.opened();
    }
  }

  private void refresh(
      K key,
      CachedValue<V> hit,
      Refreshes<K, V> refreshes,
      AsyncLoader<K, V> loader,
      @Nullable BulkLoad<K, V> load) {
    FetchCause cause = refreshes.cause(key, hit);
    if (cause != null) {
      refreshes.start(key, hit, loader, load, cause);
    }
  }

  /** Fetches keys and blocks; a caller that could not wait gets what is cached, if it is all. */
  Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    requireWilling(keys);
    return await(fetch(keys, loader));
  }

  /** Fetches keys one by one and blocks, as {@link #getAll} does. */
  Map<K, V> getEach(Collection<? extends K> keys, AsyncLoader<? super K, ? extends V> loader) {
    requireWilling(keys);
    return await(fetchEach(keys, loader));
  }

  private void requireWilling(Collection<? extends K> keys) {
    for (K key : distinct(keys)) {
      if (core.l1().peekAny(key) == null && !core.isClosed()) {
        Blocking.requireWilling(null, core.config, null);
      }
    }
  }

  private Map<K, V> await(BulkFuture<K, V> future) {
    try {
      return Objects.requireNonNull(future.get());
    } catch (InterruptedException e) {
      throw Blocking.interrupted(future, null, core.config, e);
    } catch (ExecutionException | RuntimeException e) {
      BulkFuture.Fault fault = future.fault();
      throw fault == null || !future.isDone()
          ? Blocking.failure(future, e, null, core.config)
          : Blocking.exception(fault.failure(), fault.own(), fault.key(), core.config);
    }
  }

  /** Fetches keys one by one. */
  BulkFuture<K, V> fetchEach(
      Collection<? extends K> keys, AsyncLoader<? super K, ? extends V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(core.config.callbacks(), wanted.size());
    FetchException refusal = refusal(wanted);
    if (refusal != null) {
      return future.refuse(refusal);
    }
    if (failsAtOnce(wanted, future)) {
      return future;
    }
    @Nullable Map<K, CachedValue<V>> hits = refreshes == null ? null : new LinkedHashMap<>();
    fetchEach(wanted, future, hits, loader);
    if (hits != null && refreshes != null) {
      hits.forEach((key, hit) -> refreshes.startIfDue(key, hit, loader));
    }
    return future.seal();
  }

  private void fetchEach(
      Set<K> wanted,
      BulkFuture<K, V> future,
      @Nullable Map<K, CachedValue<V>> hits,
      AsyncLoader<? super K, ? extends V> loader) {
    try {
      for (K key : wanted) {
        joinOrStart(key, future, hits, loader, null);
      }
    } catch (Throwable e) {
      future.leave();
      throw e;
    }
  }

  /** Fetches keys one by one in the ledger, and with one call of the loader those it is to load. */
  private void fetchShared(
      Set<K> wanted,
      BulkFuture<K, V> future,
      @Nullable Map<K, CachedValue<V>> hits,
      SharedBulk<K, V> loader) {
    try {
      fetchEach(wanted, future, hits, loader);
    } finally {
      loader.opened();
    }
  }

  /**
   * Adds a key to the future: from L1, where it is also noted, or from the flight that it joins or
   * starts.
   */
  private void joinOrStart(
      K key,
      BulkFuture<K, V> future,
      @Nullable Map<K, CachedValue<V>> hits,
      AsyncLoader<? super K, ? extends V> loader,
      @Nullable BulkLoad<K, V> load) {
    CachedValue<V> entry = flights.hit(key);
    if (entry != null) {
      future.addCached(key, entry);
      if (hits != null) {
        hits.put(key, entry);
      }
      return;
    }
    FetchHandle<V> stale = flights.staleAtOnce(key);
    if (stale != null) {
      future.addCached(key, stale);
    } else {
      future.addMember(key, flights.joinOrStart(key, loader, FetchCause.MISS, future, load));
    }
  }

  /** Fails the future if the failure of one of the keys is remembered. */
  private boolean failsAtOnce(Set<K> wanted, BulkFuture<K, V> future) {
    L1<K, V> l1 = core.l1();
    if (!l1.remembersFailures()) {
      return false;
    }
    for (K key : wanted) {
      Throwable failure = l1.peekAny(key) == null ? flights.rememberedFailure(key) : null;
      if (failure != null) {
        core.stats.failureHit();
        var unused = future.failRemembered(key, failure);
        return true;
      }
    }
    return false;
  }

  private @Nullable FetchException refusal(Set<K> keys) {
    if (core.isClosed()) {
      return Failures.closed(null, core.config);
    }
    for (K key : keys) {
      FetchException refusal = flights.refusal(key);
      if (refusal != null && core.l1().peekAny(key) == null) {
        return refusal;
      }
    }
    return null;
  }

  private static <K> Set<K> distinct(Collection<? extends K> keys) {
    Set<K> distinct = new LinkedHashSet<>();
    for (K key : keys) {
      distinct.add(Objects.requireNonNull(key, "keys: one of them is null"));
    }
    return distinct;
  }
}
