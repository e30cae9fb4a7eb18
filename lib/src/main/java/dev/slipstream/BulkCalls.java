package dev.slipstream;

import dev.slipstream.SingleFlight.Purpose;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls for several keys: what is cached or in flight is taken from there, the rest is loaded. */
final class BulkCalls<K, V> {
  private final CacheCore<K, V> core;
  private final SingleFlight<K, V> flights;

  BulkCalls(CacheCore<K, V> core, SingleFlight<K, V> flights) {
    this.core = core;
    this.flights = flights;
  }

  /** Fetches keys with one call of a loader for all that nobody else fetches. */
  BulkFuture<K, V> fetch(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(core.config.callbacks(), wanted.size());
    FetchException refusal = refusal(wanted);
    if (refusal != null) {
      return future.refuse(refusal);
    }
    if (core.ledger != null) {
      return fetchShared(wanted, future, new SharedBulk<>(core, loader));
    }
    BulkLoad<K, V> load = new BulkLoad<>(core, loader);
    try {
      for (K key : wanted) {
        joinOrStart(key, future, unused(), load);
      }
      load.start();
    } catch (Throwable e) { // a key's equals, say: nobody may be left waiting
      load.breakOff(e);
      future.leave();
      throw e;
    } finally {
      load.opened();
    }
    return future.seal();
  }

  /** Fetches keys and blocks; a caller that could not wait gets what is cached, if it is all. */
  Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    for (K key : distinct(keys)) {
      if (core.l1().peekAny(key) == null && !core.isClosed()) {
        Blocking.requireWilling(null, core.config, null);
      }
    }
    return Blocking.await(fetch(keys, loader), core.config);
  }

  /** Fetches keys one by one. */
  BulkFuture<K, V> fetchEach(
      Collection<? extends K> keys, AsyncLoader<? super K, ? extends V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(core.config.callbacks(), wanted.size());
    FetchException refusal = refusal(wanted);
    return refusal == null ? fetchEach(wanted, future, loader) : future.refuse(refusal);
  }

  private BulkFuture<K, V> fetchEach(
      Set<K> wanted, BulkFuture<K, V> future, AsyncLoader<? super K, ? extends V> loader) {
    try {
      for (K key : wanted) {
        joinOrStart(key, future, loader, null);
      }
    } catch (Throwable e) {
      future.leave();
      throw e;
    }
    return future.seal();
  }

  /** Fetches keys one by one in the ledger, and with one call of the loader those it is to load. */
  private BulkFuture<K, V> fetchShared(
      Set<K> wanted, BulkFuture<K, V> future, SharedBulk<K, V> loader) {
    try {
      return fetchEach(wanted, future, loader);
    } finally {
      loader.opened();
    }
  }

  /** Adds a key to the future: from L1, or from the flight that it joins or starts. */
  private void joinOrStart(
      K key,
      BulkFuture<K, V> future,
      AsyncLoader<? super K, ? extends V> loader,
      @Nullable BulkLoad<K, V> load) {
    CachedValue<V> entry = flights.hit(key);
    if (entry != null) {
      future.addCached(key, entry);
    } else {
      future.addMember(key, flights.joinOrStart(key, loader, Purpose.GET, future, load));
    }
  }

  /** Returns the loader of flights that a bulk load has loaded. */
  private static <K, V> AsyncLoader<K, V> unused() {
    return (key, context) -> {
      throw new AssertionError("a bulk load loads key " + Failures.text(key));
    };
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
