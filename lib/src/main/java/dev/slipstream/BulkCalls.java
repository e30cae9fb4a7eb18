package dev.slipstream;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The doors for several keys: what is cached or in flight is taken from there, the rest is loaded.
 */
final class BulkCalls<K, V> {
  private final Engine<K, V> engine;

  BulkCalls(Engine<K, V> engine) {
    this.engine = engine;
  }

  /** Fetches keys with one call of a loader for all that nobody else fetches. */
  BulkFuture<K, V> fetch(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(engine.callbacks, wanted.size());
    FetchException refusal = refusal(wanted);
    if (refusal != null) {
      return future.refuse(refusal);
    }
    BulkContext<K, V> context = new BulkContext<>(engine);
    BulkLoad<K, V> load = new BulkLoad<>(engine, loader, context);
    engine.bulks.add(context);
    try {
      for (K key : wanted) {
        Flight<K, V> flight = seat(key, future, context);
        if (flight != null && engine.recheck(flight, false) == null) {
          load.add(flight);
        }
      }
      load.start();
    } catch (RuntimeException | Error e) { // a key's equals, say: nobody may be left waiting
      load.accept(null, e);
      future.leave();
      throw e;
    } finally {
      context.opened();
    }
    return future.seal();
  }

  /** Fetches keys one by one. */
  BulkFuture<K, V> fetchEach(
      Collection<? extends K> keys, AsyncLoader<? super K, ? extends V> loader) {
    Set<K> wanted = distinct(keys);
    BulkFuture<K, V> future = new BulkFuture<>(engine.callbacks, wanted.size());
    FetchException refusal = refusal(wanted);
    if (refusal != null) {
      return future.refuse(refusal);
    }
    try {
      for (K key : wanted) {
        Flight<K, V> flight = seat(key, future, null);
        if (flight != null) {
          var unused = engine.launch(flight, loader, false);
        }
      }
    } catch (RuntimeException | Error e) {
      future.leave();
      throw e;
    }
    return future.seal();
  }

  /** Takes a seat for a key; returns the flight if it is a new one that is to be launched. */
  private @Nullable Flight<K, V> seat(
      K key, BulkFuture<K, V> future, @Nullable BulkContext<K, V> context) {
    CachedValue<V> entry = engine.hit(key);
    if (entry != null) {
      future.hit(key, entry);
      return null;
    }
    AwaiterHandle<V> member = engine.seat(key, future, context);
    future.seat(key, member);
    return member.origin() == Origin.STARTED ? engine.flightOf(member) : null;
  }

  private @Nullable FetchException refusal(Set<K> keys) {
    if (engine.isClosed()) {
      return Failures.closed(null, engine);
    }
    for (K key : keys) {
      FetchException refusal = engine.refusal(key);
      if (refusal != null && engine.l1.peekAny(key) == null) {
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
