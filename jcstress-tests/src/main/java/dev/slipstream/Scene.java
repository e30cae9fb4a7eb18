package dev.slipstream;

import java.util.concurrent.CompletableFuture;

/** What the races have in common: one key, and caches that run all they run where they are. */
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

  /** Returns the inside of a cache, from which the broken siblings are put together. */
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
