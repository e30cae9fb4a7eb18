package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.ManualTimer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** So many loads run at once, so many wait in order, and past that a fetch is refused. */
class BulkheadTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ManualTimer timer = new ManualTimer();

  private CoalescingCache<String, String> cache(int running, int queued) {
    return cache(running, queued, builder -> builder);
  }

  private CoalescingCache<String, String> cache(
      int running, int queued, UnaryOperator<CoalescingCacheBuilder<Object, Object>> more) {
    return caches.cache(builder -> more.apply(builder.maxConcurrentFetches(running, queued)));
  }

  private FetchHandle<String> ask(CoalescingCache<String, String> cache, String key) {
    return cache.getOrFetch(key, loader.async());
  }

  @Test
  void noMoreLoadsRunThanThatAndTheRestStartInOrder() {
    CoalescingCache<String, String> cache = cache(1, 4);
    List<FetchHandle<String>> handles =
        List.of("a", "b", "c", "d", "e").stream().map(key -> ask(cache, key)).toList();
    assertThat(loader.starts()).isEqualTo(1);
    assertThat(cache.inFlight().stream().map(InFlight::phase))
        .containsExactlyInAnyOrder(
            InFlight.Phase.LOADING,
            InFlight.Phase.QUEUED,
            InFlight.Phase.QUEUED,
            InFlight.Phase.QUEUED,
            InFlight.Phase.QUEUED);
    for (int i = 0; i < 5; i++) {
      assertThat(loader.run(i).keys).containsExactly(List.of("a", "b", "c", "d", "e").get(i));
      loader.run(i).complete("v" + i);
      assertThat(Eventually.value(handles.get(i))).isEqualTo("v" + i);
    }
    assertThat(loader.starts()).isEqualTo(5);
    assertThat(cache.stats().rejectedCount()).isZero();
  }

  @Test
  void soManyRunAtOnce() {
    CoalescingCache<String, String> cache = cache(2, 1);
    FetchHandle<String> a = ask(cache, "a");
    FetchHandle<String> b = ask(cache, "b");
    FetchHandle<String> c = ask(cache, "c");
    assertThat(loader.starts()).isEqualTo(2);
    loader.run(1).complete("v");
    assertThat(loader.run(2).keys).containsExactly("c");
    loader.run(2).complete("v");
    loader.run().complete("v");
    assertThat(List.of(a, b)).allSatisfy(handle -> assertThat(handle).isCompletedWithValue("v"));
    assertThat(Eventually.value(c)).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource
  void aQueuedFetchIsJoinedAndStartsThroughEachEntryPoint(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    ControlledLoader<String> own = new ControlledLoader<>();
    Entry<String> queued = entryPoint.enter(cache, "k", own);
    FetchHandle<String> joiner = ask(cache, "k");
    assertThat(joiner.origin()).isEqualTo(Origin.JOINED);
    assertThat(own.starts()).isZero();
    loader.run().complete("v");
    own.run().complete("w");
    assertThat(queued.value()).isEqualTo("w");
    assertThat(Eventually.value(joiner)).isEqualTo("w");
    assertThat(Eventually.value(running)).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource
  void aQueuedFetchWhoseLastCallerLeavesNeverStarts(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    ControlledLoader<String> own = new ControlledLoader<>();
    Entry<String> queued = entryPoint.enter(cache, "k", own);
    queued.leave();
    FetchHandle<String> next = ask(cache, "next");
    loader.run().complete("v");
    loader.run(1).complete("w");
    assertThat(Eventually.value(next)).isEqualTo("w");
    assertThat(Eventually.value(running)).isEqualTo("v");
    assertThat(own.starts()).isZero();
    assertThat(cache.stats().abandonedCount()).isEqualTo(1);
  }

  @Test
  void theFetchTimeoutIncludesTheTimeInTheQueue() {
    Duration half = MINUTE.dividedBy(2);
    CoalescingCache<String, String> cache =
        cache(1, 1, builder -> builder.timer(timer).fetchTimeout(MINUTE));
    FetchHandle<String> running = ask(cache, "running");
    timer.advance(half);
    FetchHandle<String> queued = ask(cache, "queued");
    timer.advance(half);
    assertThat(Eventually.failure(running)).isInstanceOf(FetchTimeoutException.class);
    assertThat(loader.run(1).keys).containsExactly("queued");
    timer.advance(half);
    assertThat(Eventually.failure(queued)).isInstanceOf(FetchTimeoutException.class);
    loader.run(1).awaitCancelled();
    FetchHandle<String> next = ask(cache, "next");
    loader.run(2).complete("v");
    assertThat(Eventually.value(next)).isEqualTo("v");
  }

  @Test
  void aDeafLoaderThatWasAbandonedHoldsNoPlace() {
    CoalescingCache<String, String> cache = cache(1, 1);
    CompletableFuture<String> deaf =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    FetchHandle<String> abandoned = cache.getOrFetch("deaf", (key, context) -> deaf);
    FetchHandle<String> queued = ask(cache, "k");
    abandoned.cancel(true);
    loader.run().complete("v");
    assertThat(Eventually.value(queued)).isEqualTo("v");
  }

  @Test
  void aBulkCountsAndWaitsAsOne() {
    CoalescingCache<String, String> cache = cache(1, 1);
    CompletableFuture<Map<String, String>> running =
        cache.getAllOrFetch(List.of("a", "b"), loader.bulk());
    CompletableFuture<Map<String, String>> queued =
        cache.getAllOrFetch(List.of("c", "d", "e"), loader.bulk());
    CompletableFuture<Map<String, String>> refused =
        cache.getAllOrFetch(List.of("f", "g"), loader.bulk());
    assertThat(Eventually.failure(refused)).isInstanceOf(FetchRejectedException.class);
    assertThat(cache.stats().rejectedCount()).isEqualTo(2);
    FetchHandle<String> one = cache.joinIfInFlight("d");
    assertThat(loader.starts()).isEqualTo(1);
    loader.run().complete("v");
    assertThat(loader.run(1).keys).containsExactlyInAnyOrder("c", "d", "e");
    loader.run(1).complete("w");
    assertThat(Eventually.value(running)).hasSize(2);
    assertThat(Eventually.value(queued)).hasSize(3);
    assertThat(one).isCompletedWithValue("w");
  }

  @Test
  void aQueuedBulkAsksOnlyForWhatSomebodyStillWants() {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    CompletableFuture<Map<String, String>> queued =
        cache.getAllOrFetch(List.of("a", "b"), loader.bulk());
    FetchHandle<String> joiner = cache.joinIfInFlight("b");
    queued.cancel(true);
    loader.run().complete("v");
    assertThat(loader.run(1).keys).containsExactly("b");
    loader.run(1).complete("w");
    assertThat(Eventually.value(joiner)).isEqualTo("w");
    assertThat(Eventually.value(running)).isEqualTo("v");
  }

  @Test
  void aQueuedBulkThatAllLeftNeverStarts() {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    cache.getAllOrFetch(List.of("a", "b"), loader.bulk()).cancel(true);
    FetchHandle<String> next = ask(cache, "next");
    loader.run().complete("v");
    assertThat(loader.run(1).keys).containsExactly("next");
    loader.run(1).complete("w");
    assertThat(Eventually.value(next)).isEqualTo("w");
    assertThat(Eventually.value(running)).isEqualTo("v");
  }

  @Test
  void aQueuedAsyncLoaderStartsAsATaskOnTheExecutor() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> cache = cache(1, 1, builder -> builder.executor(executor));
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> queued = ask(cache, "queued");
    assertThat(executor.size()).isZero();
    loader.run().complete("v");
    assertThat(running).isCompletedWithValue("v");
    Eventually.until("the task", () -> executor.size() == 1);
    assertThat(loader.starts()).isEqualTo(1);
    executor.runNext();
    loader.run(1).complete("w");
    assertThat(queued).isCompletedWithValue("w");
  }

  @Test
  void aQueuedBlockingLoaderIsOneTask() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> cache = cache(1, 1, builder -> builder.executor(executor));
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> queued = cache.getOrFetch("queued", (Loader<String, String>) key -> "w");
    loader.run().complete("v");
    assertThat(running).isCompletedWithValue("v");
    executor.runNext();
    assertThat(queued).isCompletedWithValue("w");
  }

  @Test
  void anExecutorThatRefusesAQueuedLoadFailsItAndTheNextGoesOn() {
    AtomicBoolean refuses = new AtomicBoolean();
    CoalescingCache<String, String> cache =
        cache(
            1,
            2,
            builder ->
                builder.executor(
                    task -> {
                      if (refuses.getAndSet(false)) {
                        throw new RejectedExecutionException("full");
                      }
                      task.run();
                    }));
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> first = ask(cache, "first");
    FetchHandle<String> second = ask(cache, "second");
    refuses.set(true);
    loader.run().complete("v");
    assertThat(Eventually.failure(first))
        .isInstanceOf(FetchRejectedException.class)
        .hasCauseInstanceOf(RejectedExecutionException.class);
    loader.run(1).complete("w");
    assertThat(Eventually.value(second)).isEqualTo("w");
    assertThat(running).isCompletedWithValue("v");
    assertThat(cache.stats().rejectedCount()).isZero();
  }

  @Test
  void withAnExecutorOfTheCallersThreadNobodyRunsAnothersQueuedLoad() {
    CoalescingCache<String, String> cache = cache(1, 1, builder -> builder.executor(Runnable::run));
    FetchHandle<String> running = ask(cache, "running");
    Thread[] ran = new Thread[1];
    FetchHandle<String> queued =
        cache.getOrFetch(
            "queued",
            (Loader<String, String>)
                key -> {
                  ran[0] = Thread.currentThread();
                  return "w";
                });
    loader.run().complete("v");
    assertThat(Eventually.value(queued)).isEqualTo("w");
    assertThat(ran[0]).isNotNull().isNotSameAs(Thread.currentThread());
    assertThat(running).isCompletedWithValue("v");
  }

  @Test
  void closeEndsWhatWaitsAndStartsNothing() {
    CoalescingCache<String, String> cache = cache(1, 2);
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> queued = ask(cache, "queued");
    CompletableFuture<Map<String, String>> bulk = cache.getAllOrFetch(List.of("a"), loader.bulk());
    cache.close();
    assertThat(Eventually.failure(running)).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.failure(queued)).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.failure(bulk)).isInstanceOf(CacheClosedException.class);
    assertThat(loader.starts()).isEqualTo(1);
  }

  @Test
  void abortEndsAQueuedFetch() {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> queued = ask(cache, "queued");
    assertThat(cache.abort("queued", new IOException("operator"))).isTrue();
    assertThat(Eventually.failure(queued)).hasMessageContaining("operator");
    FetchHandle<String> next = ask(cache, "next");
    loader.run().complete("v");
    loader.run(1).complete("w");
    assertThat(Eventually.value(next)).isEqualTo("w");
    assertThat(running).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource
  void aQueuedFetchThatIsFencedStillLoadsForItsCaller(Write write) {
    CoalescingCache<String, String> cache = cache(1, 2);
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> queued = ask(cache, "k");
    write.to(cache);
    loader.run().complete("v");
    loader.run(1).complete("w");
    assertThat(Eventually.value(queued)).isEqualTo("w");
    assertThat(Eventually.value(running)).isEqualTo("v");
  }

  @Test
  void aLoadThatNothingCanCompleteGivesItsPlaceBack() {
    CoalescingCache<String, String> cache = cache(1, 1);
    lose(cache);
    FetchHandle<String> queued = ask(cache, "queued");
    Eventually.collects(
        "the place",
        () -> {
          cache.cleanUp();
          return loader.starts() == 1;
        });
    loader.run().complete("v");
    assertThat(Eventually.value(queued)).isEqualTo("v");
  }

  private static void lose(CoalescingCache<String, String> cache) {
    var unused = cache.getOrFetch("lost", (key, context) -> new CompletableFuture<>());
  }

  @Test
  void aPrefetchWaitsInTheQueueAndIsNotAbandoned() {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    cache.prefetch("k", loader.async());
    loader.run().complete("v");
    loader.run(1).complete("w");
    Eventually.until("the value", () -> "w".equals(cache.getIfPresent("k")));
    assertThat(running).isCompletedWithValue("v");
  }

  @Test
  void aLoaderThatFailsGivesItsPlaceToTheNext() {
    CoalescingCache<String, String> cache = cache(1, 2);
    FetchHandle<String> failing = ask(cache, "a");
    FetchHandle<String> cancelled = ask(cache, "b");
    FetchHandle<String> next = ask(cache, "c");
    loader.run().fail(new IOException("down"));
    loader.run(1).cancelItself();
    loader.run(2).complete("v");
    assertThat(Eventually.failure(failing)).hasMessage("down");
    assertThat(Eventually.failure(cancelled)).hasCauseInstanceOf(CancellationException.class);
    assertThat(Eventually.value(next)).isEqualTo("v");
  }
}
