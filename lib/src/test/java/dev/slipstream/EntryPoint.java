package dev.slipstream;

import java.util.List;

/** The ways into a cache. One scenario runs through every one of them. */
enum Door {
  /** {@code get}, in a thread of its own. */
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
  /** {@code getAll} of the one key, in a thread of its own. */
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

  /** Whether the caller's own thread waits. */
  final boolean blocks;

  Door(boolean blocks) {
    this.blocks = blocks;
  }

  abstract <V> Entry<V> open(
      CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader);

  /** Goes in, and returns when the caller waits on a flight or has its answer already. */
  <V> Entry<V> enter(CoalescingCache<String, V> cache, String key, ControlledLoader<V> loader) {
    int before = awaiters(cache, key);
    Entry<V> entry = open(cache, key, loader);
    Eventually.until(this + " is in", () -> entry.isDone() || awaiters(cache, key) == before + 1);
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
