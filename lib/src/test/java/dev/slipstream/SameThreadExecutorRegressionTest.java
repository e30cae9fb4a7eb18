package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What once went wrong with executors that run a task on the calling thread, or reject one that
 * they have already run or taken.
 */
class SameThreadExecutorRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.continuationExecutor(Runnable::run));

  @Test
  void aContinuationThatRunsInsideALoaderIsNotTakenForTheLoader() {
    FetchHandle<String> other =
        cache.getOrFetch("a", (key, context) -> new CompletableFuture<String>());
    AtomicReference<FetchHandle<String>> joined = new AtomicReference<>();
    assertThat(
            cache.onComplete(
                "a", "join", outcome -> joined.set(cache.getOrFetch("x", key -> "other"))))
        .isNotNull();

    String value =
        cache.get(
            "x",
            key -> {
              other.cancel(true);
              return "X";
            });

    assertThat(value).isEqualTo("X");
    assertThat(joined.get().origin()).isEqualTo(Origin.JOINED);
    assertThat(Eventually.value(joined.get())).isEqualTo("X");
  }

  @Test
  void aDependentOfAStageThatIsCancelledInsideALoaderIsNotTakenForTheLoader() {
    AtomicReference<FetchHandle<String>> joined = new AtomicReference<>();
    FetchHandle<String> other =
        cache.getOrFetch(
            "a",
            (key, context) -> {
              CompletableFuture<String> stage = new CompletableFuture<>();
              var unused =
                  stage.whenComplete(
                      (value, failure) -> joined.set(cache.getOrFetch("x", k -> "other")));
              return stage;
            });

    String value =
        cache.get(
            "x",
            key -> {
              assertThat(cache.abort("a", new IllegalStateException("by hand"))).isTrue();
              return "X";
            });

    assertThat(value).isEqualTo("X");
    assertThat(Eventually.failure(other)).hasRootCauseMessage("by hand");
    Eventually.until("the dependent has run", () -> joined.get() != null);
    assertThat(joined.get().origin()).isEqualTo(Origin.JOINED);
    assertThat(Eventually.value(joined.get())).isEqualTo("X");
  }

  @Test
  void aHandlesContinuationRunsUnderNoMonitorOfOurs() {
    ControlledLoader<String> loader = new ControlledLoader<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    AtomicReference<Caller<?>> other = new AtomicReference<>();
    List<Object> registered = new CopyOnWriteArrayList<>();
    registered.add(
        cache.onComplete(
            "k",
            "slow",
            outcome -> {
              first.countDown();
              Eventually.opens(mayReturn);
            }));
    registered.add(
        handle.onComplete(
            "x",
            outcome -> {
              other.set(Caller.start(() -> peer.onComplete("z", unused -> {})));
              Eventually.until(
                  "it is through or blocked",
                  () -> other.get().isReturned() || other.get().getState() == Thread.State.BLOCKED);
              registered.add(other.get().isReturned());
            }));
    Caller<Boolean> completer = Caller.start(() -> loader.run().answer.complete("v"));
    Eventually.opens(first);

    registered.add(handle.onComplete("y", outcome -> {})); // runs x, since the outcome is known

    mayReturn.countDown();
    assertThat(completer.value()).isTrue();
    Eventually.until("x has run", () -> other.get() != null && other.get().isReturned());
    assertThat(registered).contains(true).doesNotContain(false);
  }

  @Test
  void anAbandonHookRunsOnceThoughTheExecutorRunsItAndThrows() {
    ManualExecutor seen = new ManualExecutor();
    AtomicInteger runs = new AtomicInteger();
    CoalescingCache<String, String> odd =
        caches.cache(
            builder ->
                builder.continuationExecutor(
                    task -> {
                      task.run();
                      seen.execute(task);
                      throw new RejectedExecutionException("too late");
                    }));
    FetchHandle<String> handle =
        odd.getOrFetch(
            "k",
            (key, context) -> {
              context.onAbandon(runs::incrementAndGet);
              return new CompletableFuture<>();
            });

    handle.cancel(true);

    assertThat(seen.runAll()).isPositive(); // the library's own pool may do it no more either
    assertThat(runs).hasValue(1);
  }

  @Test
  void aLoaderThatWasRejectedDoesNotRunThoughItWasQueued() {
    ManualExecutor queue = new ManualExecutor();
    AtomicInteger runs = new AtomicInteger();
    CoalescingCache<String, String> odd =
        caches.cache(
            builder ->
                builder.executor(
                    task -> {
                      queue.execute(task);
                      throw new RejectedExecutionException("full");
                    }));

    FetchHandle<String> handle =
        odd.getOrFetch(
            "k",
            key -> {
              runs.incrementAndGet();
              return "v";
            });
    assertThat(queue.runAll()).isPositive();

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchRejectedException.class);
    assertThat(runs).hasValue(0);
  }

  @Test
  void anInsertCallbackHasNoFetchContext() {
    AtomicInteger refused = new AtomicInteger();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          assertThatIllegalStateException().isThrownBy(FetchContext::current);
          refused.incrementAndGet();
          return fetched;
        };
    for (boolean sameThread : new boolean[] {false, true}) {
      CoalescingCacheBuilder<Object, Object> builder = CoalescingCache.builder().recordStats();
      CoalescingCache<String, String> checked =
          caches.track(
              (sameThread ? builder.executor(Runnable::run) : builder).onInsert(insert).build());
      Loader<String, String> blocking = key -> "v";

      assertThat(checked.get("blocking", blocking)).isEqualTo("v");
      AsyncLoader<String, String> async = (key, context) -> CompletableFuture.completedFuture("v");
      assertThat(Eventually.value(checked.getOrFetch("async", async))).isEqualTo("v");
      assertThat(
              checked.getAll(
                  List.of("bulk"),
                  (keys, context) -> CompletableFuture.completedFuture(Map.of("bulk", "v"))))
          .isEqualTo(Map.of("bulk", "v"));
    }
    assertThat(refused).hasValue(6);
  }

  @Test
  void aPrefetchThatFailsAtOnceIsLogged() {
    IllegalStateException failure = new IllegalStateException("down");

    cache.prefetch(
        "k",
        (AsyncLoader<String, String>)
            (key, context) -> {
              throw failure;
            });

    assertThat(log.warnings()).hasSize(1);
    assertThat(LogCapture.thrown(log.warnings().get(0))).isSameAs(failure);
  }
}
