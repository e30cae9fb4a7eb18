package dev.slipstream;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;

/** The entry points of a cache that fetch. One scenario runs through each of them. */
enum EntryPoint {
  /** {@code get}, on its own thread. */
  BLOCKING(true) {
    @Override
    <V> Entry<V> open(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
      Loader<String, V> blocking = loader.blocking();
      return new Entry.OfThread<>(Caller.start(() -> cache.get(key, blocking)));
    }
  },
  /** {@code getOrFetch} with a loader that the executor runs. */
  ON_EXECUTOR(false) {
    @Override
    <V> Entry<V> open(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
      return new Entry.OfFuture<>(cache.getOrFetch(key, loader.blocking()));
    }
  },
  /** {@code getOrFetch} with a loader that starts the work itself. */
  ASYNC(false) {
    @Override
    <V> Entry<V> open(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
      return new Entry.OfFuture<>(cache.getOrFetch(key, loader.async()));
    }
  },
  /** {@code getAllOrFetch} of the one key. */
  BULK(false) {
    @Override
    <V> Entry<V> open(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
      return new Entry.OfBulk<>(cache.getAllOrFetch(List.of(key), loader.bulk()), key);
    }
  },
  /** {@code getAll} of the one key, on its own thread. */
  BLOCKING_BULK(true) {
    @Override
    <V> Entry<V> open(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
      BulkLoader<String, V> bulk = loader.bulk();
      return new Entry.OfThread<>(Caller.start(() -> cache.getAll(List.of(key), bulk).get(key)));
    }
  },
  /** {@code refresh} with a loader that starts the work itself. */
  REFRESH(false) {
    @Override
    <V> Entry<V> open(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
      return new Entry.OfFuture<>(cache.refresh(key, loader.async()));
    }
  };

  /** Whether it blocks the calling thread. */
  final boolean blocks;

  EntryPoint(boolean blocks) {
    this.blocks = blocks;
  }

  abstract <V> Entry<V> open(
      CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader);

  /** Makes the call, and returns once the caller waits on a flight or has its result. */
  <V> Entry<V> enter(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
    int before = awaiters(cache, key);
    Entry<V> entry = open(cache, key, loader);
    Eventually.until(
        this + " has joined", () -> entry.isDone() || awaiters(cache, key) == before + 1);
    return entry;
  }

  /** Returns how many callers wait for the key, on all its flights. */
  static <K> int awaiters(CoalescingCache<K, ?> cache, K key) {
    return cache.inFlight().stream()
        .filter(flight -> flight.key().equals(key))
        .mapToInt(InFlight::awaiters)
        .sum();
  }
}
