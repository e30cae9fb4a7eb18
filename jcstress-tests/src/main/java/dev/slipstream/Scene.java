package dev.slipstream;

import java.util.concurrent.CompletableFuture;

/**
 * What the races share: one key, and caches whose executors run each task on the calling thread.
 */
final class Scene {
  static final String KEY = "key";

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

  /** Returns the internals of a cache, from which the broken siblings are built. */
  static <V> Engine<String, V> engineOf(CoalescingCache<String, V> cache) {
    return ((SlipstreamCache<String, V>) cache).engine;
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
