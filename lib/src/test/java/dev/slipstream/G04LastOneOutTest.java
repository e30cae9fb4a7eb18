package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.Race;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G4, last one out cancels: when the last caller leaves, the slot is free at once and the loader is
 * cancelled once, down to its future, its thread or its place in a queue. A newcomer joins what
 * lives or starts its own.
 */
class G04LastOneOutTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theLastLeaveCancelsTheLoaderAndFreesTheSlot(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();

    entry.leave();

    assertThat(cache.joinIfInFlight("k")).isNull();
    run.awaitCancelled();
    assertThat(run.context.isAbandoned()).isTrue();
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void onlyTheLastOfSeveralLeavesCancels(EntryPoint entryPoint) {
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", loader);
    Entry<String> three = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();

    two.leave();
    one.leave();
    assertThat(run.isCancelled()).isFalse();
    assertThat(run.context.isAbandoned()).isFalse();

    three.leave();
    run.awaitCancelled();
  }

  @ParameterizedTest
  @EnumSource(
      value = Leave.class,
      names = {"CANCEL", "COMPLETE", "COMPLETE_EXCEPTIONALLY", "COMPLETE_ASYNC_ON_EXECUTOR"})
  void theFutureIsCancelledBeforeTheLeavingCallReturns(Leave leave) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    leave.end(handle);

    assertThat(loader.run().answer).isCancelled();
    assertThat(cache.inFlight()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Leave.class)
  void everyKindOfLeaveCancels(Leave leave) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    leave.end(handle);

    loader.run().awaitCancelled();
    Eventually.until("the handle is done", handle::isDone);
  }

  @ParameterizedTest
  @EnumSource(
      value = Leave.class,
      names = {"OR_TIMEOUT", "COMPLETE_ON_TIMEOUT"})
  void theJdksDelayThreadDoesNotRunTheCancellation(Leave leave) {
    CancelledFuture future = new CancelledFuture();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> future);

    leave.end(handle);

    Eventually.until("the loader is cancelled", future::isCancelled);
    assertThat(future.cancellers)
        .singleElement()
        .asString()
        .doesNotContainIgnoringCase("delayScheduler");
  }

  @Test
  void theLoaderIsCancelledExactlyOnce() {
    CancelledFuture future = new CancelledFuture();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> future);

    handle.cancel(true);
    handle.cancel(true);
    handle.complete("x");

    assertThat(future.cancellers).hasSize(1);
  }

  @Test
  void twoLastCallersThatLeaveAtOnceCancelOnce() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 1_000); i++) {
        CancelledFuture future = new CancelledFuture();
        FetchHandle<String> one = cache.getOrFetch("k", (key, context) -> future);
        FetchHandle<String> two = cache.joinIfInFlight("k");
        race.run(() -> one.cancel(true), () -> two.cancel(true));
        assertThat(future.cancellers).hasSize(1);
        assertThat(cache.inFlight()).isEmpty();
      }
    }
  }

  @Test
  void aLoaderThatIsStillQueuedNeverStarts() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> queueing = caches.cache(builder -> builder.executor(executor));
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    FetchHandle<String> handle = queueing.getOrFetch("k", loader.blocking());
    handle.onComplete("c", outcomes::add);

    handle.cancel(true);
    assertThat(queueing.joinIfInFlight("k")).isNull();
    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Abandoned<>()));
    executor.runAll();

    assertThat(loader.starts()).isZero();
  }

  @Test
  void theSlotOfAQueuedLoaderIsFreeForTheNext() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> queueing = caches.cache(builder -> builder.executor(executor));
    FetchHandle<String> left = queueing.getOrFetch("k", loader.blocking());
    left.cancel(true);

    FetchHandle<String> next = queueing.getOrFetch("k", key -> "v");
    executor.runAll();

    assertThat(next.origin()).isEqualTo(Origin.STARTED);
    assertThat(Eventually.value(next)).isEqualTo("v");
    assertThat(loader.starts()).isZero();
  }

  @Test
  void abandonHooksRunOnceAsTasks() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> manual =
        caches.cache(builder -> builder.continuationExecutor(continuations));
    AtomicInteger hooks = new AtomicInteger();
    FetchHandle<String> handle = manual.getOrFetch("k", loader.async());
    loader.run().context.onAbandon(hooks::incrementAndGet);

    handle.cancel(true);
    assertThat(hooks).hasValue(0);
    continuations.runAll();
    assertThat(hooks).hasValue(1);

    handle.cancel(true);
    continuations.runAll();
    assertThat(hooks).hasValue(1);
  }

  @Test
  void aHookThatComesTooLateRunsAtOnce() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.cancel(true);
    AtomicInteger hooks = new AtomicInteger();

    loader.run().context.onAbandon(hooks::incrementAndGet);

    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @Test
  void aHookOfAFetchThatCompletesNeverRuns() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> manual =
        caches.cache(builder -> builder.continuationExecutor(continuations));
    AtomicInteger hooks = new AtomicInteger();
    FetchHandle<String> handle = manual.getOrFetch("k", loader.async());
    FetchContext context = loader.run().context;
    context.onAbandon(hooks::incrementAndGet);

    loader.run().complete("v");
    context.onAbandon(hooks::incrementAndGet);
    handle.cancel(true);
    continuations.runAll();

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(hooks).hasValue(0);
    assertThat(context.isAbandoned()).isFalse();
  }

  @Test
  void aHookRegisteredByABlockingLoaderRuns() {
    AtomicInteger hooks = new AtomicInteger();
    ControlledLoader<String> blocking = new ControlledLoader<>();
    Loader<String, String> loader = blocking.blocking();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              FetchContext.current().onAbandon(hooks::incrementAndGet);
              return loader.load(key);
            });
    ControlledLoader.Run<String> run = blocking.run();

    handle.cancel(true);

    run.awaitCancelled();
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @Test
  void theWatchersOfAnAbandonedFetchAreNotified() {
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(cache.onComplete("k", "key", outcomes::add)).isEqualTo(Registration.ADDED);
    handle.onComplete("handle", outcomes::add);

    handle.cancel(true);

    Eventually.passes(
        () ->
            assertThat(outcomes)
                .containsExactly(new Outcome.Abandoned<>(), new Outcome.Abandoned<>()));
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aPrefetchedFlightIsPinned(EntryPoint entryPoint) {
    cache.prefetch("k", loader.async());
    Entry<String> entry = entryPoint.enter(cache, "k", new ControlledLoader<>());

    entry.leave();

    assertThat(loader.run().isCancelled()).isFalse();
    loader.run().complete("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void withThePolicyFinishAnAbandonedFetchFillsTheCache(EntryPoint entryPoint) {
    CoalescingCache<String, String> finishing =
        caches.cache(builder -> builder.abandonPolicy(AbandonPolicy.FINISH));
    Entry<String> leaver = entryPoint.enter(finishing, "k", loader);
    leaver.leave();
    ControlledLoader<String> unused = new ControlledLoader<>();
    FetchHandle<String> newcomer = finishing.getOrFetch("k", unused.async());
    assertThat(newcomer.origin()).isEqualTo(Origin.JOINED);
    newcomer.cancel(true);

    assertThat(loader.run().isCancelled()).isFalse();
    loader.run().complete("v");

    Eventually.passes(() -> assertThat(finishing.getIfPresent("k")).isEqualTo("v"));
    assertThat(unused.starts()).isZero();
  }

  @Test
  void aNewcomerNeverGetsADyingFlight() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        CompletableFuture<String> dying = new CompletableFuture<>();
        FetchHandle<String> last = cache.getOrFetch("k", (key, context) -> dying);
        List<FetchHandle<String>> newcomer = new CopyOnWriteArrayList<>();
        race.run(
            () -> last.cancel(true),
            () ->
                newcomer.add(
                    cache.getOrFetch(
                        "k", (key, context) -> CompletableFuture.completedFuture("own"))));
        boolean joined = newcomer.get(0).origin() == Origin.JOINED;
        assertThat(dying.isCancelled()).isEqualTo(!joined);
        dying.complete("joined");
        assertThat(Eventually.value(newcomer.get(0))).isEqualTo(joined ? "joined" : "own");
        cache.invalidate("k");
      }
    }
  }

  @Test
  void leavingOneKeyCancelsOnlyThatKey() {
    ControlledLoader<String> other = new ControlledLoader<>();
    FetchHandle<String> leaving = cache.getOrFetch("k", loader.async());
    FetchHandle<String> staying = cache.getOrFetch("other", other.async());

    leaving.orTimeout(1, TimeUnit.MILLISECONDS);
    loader.run().awaitCancelled();

    assertThat(other.run().isCancelled()).isFalse();
    other.run().complete("v");
    assertThat(Eventually.value(staying)).isEqualTo("v");
  }

  /** A future that notes which threads cancelled it. */
  private static final class CancelledFuture extends CompletableFuture<String> {
    final List<String> cancellers = new CopyOnWriteArrayList<>();

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      cancellers.add(Thread.currentThread().getName());
      return super.cancel(mayInterruptIfRunning);
    }
  }
}
