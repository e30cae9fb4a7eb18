package dev.slipstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The operations that another thread tries while user code is blocked. */
enum Operation {
  PROBE(
      (cache, key, loader) -> {
        cache.getIfPresent(key);
        cache.getAllPresent(List.of(key));
        cache.inFlight();
        cache.stats();
        cache.estimatedSize();
      }),
  JOIN((cache, key, loader) -> cache.getOrFetch(key, loader)),
  LEAVE(
      (cache, key, loader) -> {
        FetchHandle<String> joined = cache.joinIfInFlight(key);
        FetchHandle<String> handle = joined == null ? cache.getOrFetch(key, loader) : joined;
        handle.cancel(true);
      }),
  REGISTER(
      (cache, key, loader) -> {
        cache.onComplete(key, "other", outcome -> {});
        cache.removeOnComplete(key, "other");
      }),
  AWAIT(
      (cache, key, loader) -> {
        cache.changes().subscribe(key).close();
        cache.awaiter().awaitOutcome(key).cancel(true);
        cache.state(key);
      }),
  REFRESH(
      (cache, key, loader) -> {
        cache.refresh(key, loader);
        cache.prefetch(key, loader);
      }),
  BULK(
      (cache, key, loader) ->
          cache
              .getAllOrFetch(List.of(key), (keys, context) -> new CompletableFuture<>())
              .cancel(true)),
  PUT((cache, key, loader) -> cache.put(key, "put")),
  INVALIDATE((cache, key, loader) -> cache.invalidate(key)),
  COMPUTE((cache, key, loader) -> cache.asMap().compute(key, (k, value) -> "computed")),
  ABORT((cache, key, loader) -> cache.abort(key, new IllegalStateException("aborted"))),
  INVALIDATE_ALL((cache, key, loader) -> cache.invalidateAll()),
  SNAPSHOT((cache, key, loader) -> cache.snapshot()),
  CLEAN_UP((cache, key, loader) -> cache.cleanUp()),
  CLOSE((cache, key, loader) -> cache.close()),

  /** What the scene adds: an operation on something else than the cache. */
  OWN((cache, key, loader) -> {}),

  /** Every operation on a key, with another key. */
  OTHER_KEY(
      (cache, key, loader) -> {
        cache.get("other", k -> "other");
        withKey().forEach(each -> each.run(cache, "other", loader));
      }),

  /** All of it, on another cache. */
  OTHER_CACHE(
      (cache, key, loader) -> {
        CoalescingCache<Object, String> other =
            CoalescingCache.builder()
                .executor(Runnable::run)
                .continuationExecutor(Runnable::run)
                .eventJournal(16)
                .build();
        other.prefetch("pending", loader);
        other.get(key, k -> Operation.giveUp(other, "pending"));
        withKey().forEach(each -> each.run(other, key, loader));
        Stream.of(INVALIDATE_ALL, SNAPSHOT, CLEAN_UP, CLOSE)
            .forEach(each -> each.run(other, key, loader));
      });

  private final Action action;

  Operation(Action action) {
    this.action = action;
  }

  private interface Action {
    void run(CoalescingCache<Object, String> cache, Object key, AsyncLoader<Object, String> loader);
  }

  /**
   * Runs the operation.
   *
   * @param loader its stages stay pending: nothing is stored
   */
  void run(CoalescingCache<Object, String> cache, Object key, AsyncLoader<Object, String> loader) {
    action.run(cache, key, loader);
  }

  /** Waits for a fetch, as a loader may, until a timeout elapses. */
  private static String giveUp(CoalescingCache<Object, String> cache, Object key) {
    try {
      return cache.get(key, k -> "unused", Duration.ofMillis(1));
    } catch (FetchException e) {
      return "timeout";
    }
  }

  private static Stream<Operation> withKey() {
    return Stream.of(
        PROBE, JOIN, LEAVE, REGISTER, AWAIT, REFRESH, BULK, PUT, INVALIDATE, COMPUTE, ABORT);
  }
}
