package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G14, no lock is held while user code runs, and no timer thread runs any; {@link G14LockTableTest}
 * has the whole table.
 */
class G14NoLockTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch mayLeave = new CountDownLatch(1);
  private final CompletableFuture<String> promise = new CompletableFuture<>();

  /** Blocks the first time. */
  private void block() {
    if (entered.getCount() > 0) {
      entered.countDown();
      Eventually.opens(mayLeave);
    }
  }

  @Test
  void keysOfTheSameHashDoNotMeet() {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.executor(Runnable::run));

    String value =
        cache.get("Aa", key -> cache.get("BB", k -> cache.get("C#", c -> "c") + k) + key);

    assertThat(value).isEqualTo("cBBAa");
    assertThat(cache.asMap()).hasSize(3);
  }

  @Test
  void closeEndsAFetchWhoseInsertCallbackIsBlocked() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.onInsert(
                    (key, fetched, current) -> {
                      block();
                      return fetched;
                    }));
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    Caller<Boolean> stuck = Caller.start(() -> promise.complete("k fetched"));
    Eventually.opens(entered);

    Caller<Boolean> closer =
        Caller.start(
            () -> {
              cache.close();
              return true;
            });

    assertThat(closer.value()).isTrue();
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    mayLeave.countDown();
    assertThat(stuck.value()).isTrue();
  }

  @Test
  void aTimeoutRunsUserCodeOnlyOnTheContinuationExecutor() {
    ManualExecutor continuations = new ManualExecutor();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.continuationExecutor(continuations).fetchTimeout(Duration.ofMillis(300)));
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.onAbandon(() -> threads.add(Thread.currentThread()));
              return promise;
            });
    CompletableFuture<Boolean> dependent =
        handle.handle((value, failure) -> threads.add(Thread.currentThread()));
    CountDownLatch ran = new CountDownLatch(2);
    handle.onComplete("c", outcome -> noteThread(threads, ran));
    cache.onComplete("k", "c", outcome -> noteThread(threads, ran));

    Eventually.until(
        "all is delivered",
        () -> {
          continuations.runAll();
          return dependent.isDone() && ran.getCount() == 0;
        });

    assertThat(threads).containsExactly(Thread.currentThread());
  }

  private static void noteThread(Set<Thread> threads, CountDownLatch ran) {
    threads.add(Thread.currentThread());
    ran.countDown();
  }

  @Test
  void aStuckHookOfOneTimeoutDoesNotDelayAnother() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(300)));
    FetchHandle<String> stuck =
        cache.getOrFetch(
            "stuck",
            (key, context) -> {
              context.onAbandon(() -> block());
              return promise;
            });
    CompletableFuture<Void> dependent =
        stuck.handle(
            (value, failure) -> {
              Eventually.opens(mayLeave);
              return null;
            });
    Eventually.opens(entered);

    FetchHandle<String> other =
        cache.getOrFetch("other", (key, context) -> new CompletableFuture<>());
    assertThat(Eventually.failure(other)).isInstanceOf(FetchTimeoutException.class);
    CompletableFuture<String> ofTheJdk =
        new CompletableFuture<String>().completeOnTimeout("v", 1, TimeUnit.MILLISECONDS);
    assertThat(Eventually.value(ofTheJdk)).isEqualTo("v");

    mayLeave.countDown();
    assertThat(Eventually.value(dependent)).isNull();
  }
}
