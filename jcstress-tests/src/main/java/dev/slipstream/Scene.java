package dev.slipstream;

import java.util.concurrent.CompletableFuture;

/**
 * What the races share: one key, and caches whose executors run each task on the calling thread.
 */
final class Scene {
  static final String KEY = "key";

  private static final int SPINS = 50;

  private Scene() {}

  static CoalescingCacheBuilder<Object, Object> settings() {
    return CoalescingCache.builder()
        .name("race")
        .executor(Runnable::run)
        .continuationExecutor(Runnable::run);
  }

  static CoalescingCache<String, Integer> cache() {
    return settings().build();
  }

  /** Takes as long as a few operations on a cache, so that the other actor's fall into it. */
  static void pause() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }

  /** Returns the internals of a cache, from which the broken siblings are built. */
  static <V> SlipstreamCache<String, V> inside(CoalescingCache<String, V> cache) {
    return (SlipstreamCache<String, V>) cache;
  }

  /** Returns the flight of the key, which there is. */
  static <V> Flight<String, V> flightOf(CoalescingCache<String, V> cache) {
    return inside(cache).lost.flightOf(KEY);
  }

  /** Starts a flight, which no other can be in the way of; returns its first caller's handle. */
  static <V> AwaiterHandle<V> start(Flight<String, V> flight, AsyncLoader<String, V> loader) {
    AwaiterHandle<V> first = new AwaiterHandle<>(flight, Origin.STARTED);
    flight.addFirst(first);
    if (!flight.core.registry.claim(null, flight.slot)) {
      throw new AssertionError("the key is in flight");
    }
    flight.start(loader);
    return first;
  }

  /** Joins a flight; returns the handle, or null if it is not to be joined any more. */
  static <V> AwaiterHandle<V> join(Flight<String, V> flight) {
    AwaiterHandle<V> handle = new AwaiterHandle<>(flight, Origin.JOINED);
    return flight.join(handle) ? handle : null;
  }

  /** Joins the key's flight, or starts one as the cache does, but without its recheck. */
  static <V> FetchHandle<V> joinOrStartAtOnce(
      CoalescingCache<String, V> cache, AsyncLoader<String, V> loader) {
    CacheCore<String, V> core = inside(cache).core;
    while (true) {
      Slot<String, V> found = core.registry.find(KEY);
      Flight<String, V> present = Flight.in(found);
      if (present != null) {
        AwaiterHandle<V> handle = new AwaiterHandle<>(present, Origin.JOINED);
        if (present.join(handle)) {
          return handle;
        }
      }
      Flight<String, V> flight = new Flight<>(core, KEY, null);
      AwaiterHandle<V> first = new AwaiterHandle<>(flight, Origin.STARTED);
      flight.addFirst(first);
      if (core.registry.claim(found, flight.slot)) {
        flight.start(loader);
        return first;
      }
    }
  }

  /** Returns the value, "pending", "cancelled", or the simple name of the failure. */
  static Object endOf(CompletableFuture<?> future) {
    if (!future.isDone()) {
      return "pending";
    }
    if (future.isCancelled()) {
      return "cancelled";
    }
    Object end = future.handle((value, failure) -> failure == null ? value : failure).join();
    return end instanceof Throwable ? end.getClass().getSimpleName() : end;
  }
}
