package dev.slipstream;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls for several keys: what is cached or in flight is taken from there, the rest is loaded. */
final class BulkCalls<K, V> {
  private final CacheCore<K, V> core;
  private final SingleFlight<K, V> flights;
  private final LostFlights<K, V> lost;

  BulkCalls(CacheCore<K, V> core, SingleFlight<K, V> flights, LostFlights<K, V> lost) {
    this.core = core;
    this.flights = flights;
    this.lost = lost;
  }

  /** Fetches keys with one call of a loader for all that nobody else fetches. */
  BulkFuture<K, V> fetch(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(core.config.callbacks(), wanted.size());
    FetchException refusal = refusal(wanted);
    if (refusal != null) {
      return future.refuse(refusal);
    }
    BulkLoad<K, V> load = new BulkLoad<>(core, loader);
    try {
      for (K key : wanted) {
        Flight<K, V> flight = joinOrClaim(key, future, load);
        if (flight != null && flights.recheck(flight, false) == null) {
          load.add(flight);
        }
      }
      load.start();
    } catch (RuntimeException | Error e) { // a key's equals, say: nobody may be left waiting
      load.accept(null, e);
      future.leave();
      throw e;
    } finally {
      load.opened();
    }
    return future.seal();
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
    try {
      for (K key : wanted) {
        Flight<K, V> flight = joinOrClaim(key, future, null);
        if (flight != null) {
          var unused = flights.launch(flight, loader, false);
        }
      }
    } catch (RuntimeException | Error e) {
      future.leave();
      throw e;
    }
    return future.seal();
  }

  /**
   * Adds a key to the future: from L1, from the flight that it joins, or from a new one, which is
   * returned and is then to be started.
   */
  private @Nullable Flight<K, V> joinOrClaim(
      K key, BulkFuture<K, V> future, @Nullable BulkLoad<K, V> load) {
    CachedValue<V> entry = flights.hit(key);
    if (entry != null) {
      future.add(key, entry);
      return null;
    }
    lost.reapCollected();
    while (true) {
      Slot<K, V> found = core.registry.find(key);
      AwaiterHandle<V> joined = flights.join(Flight.in(found), future);
      if (joined != null) {
        future.add(key, joined);
        return null;
      }
      Flight<K, V> flight = flights.newFlight(key, load);
      AwaiterHandle<V> first = future.newMember(flight, Origin.STARTED);
      if (load != null) {
        load.flightAdded();
      }
      if (flights.claim(found, flight, first)) {
        future.add(key, first);
        return flight;
      }
      if (load != null) {
        load.flightEnded(true); // there is still the opener's count
      }
    }
  }

  private @Nullable FetchException refusal(Set<K> keys) {
    if (core.isClosed()) {
      return Failures.closed(null, core.config);
    }
    for (K key : keys) {
      FetchException refusal = flights.refusal(key);
      if (refusal != null && core.l1.peekAny(key) == null) {
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
