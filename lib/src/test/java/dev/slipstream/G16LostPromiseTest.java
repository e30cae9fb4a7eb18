package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G16, lost promises free the slot: a flight that nobody can complete and nobody awaits is
 * collected; its continuations get Abandoned, and the next caller starts afresh. As long as
 * somebody can complete it or waits for it, it stays.
 */
class G16LostPromiseTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void aLostFlightIsCollectedAndItsContinuationReceivesAbandoned() {
    losePromise(cache);
    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.ADDED);

    Eventually.collects(
        "the continuation runs",
        () -> {
          cache.cleanUp();
          return !outcomes.isEmpty();
        });

    assertThat(outcomes).containsExactly(new Outcome.Abandoned<>());
    assertThat(cache.inFlight()).isEmpty();
    assertThat(cache.joinIfInFlight("k")).isNull();
    assertThat(cache.stats().abandonedCount()).isEqualTo(1);
  }

  @Test
  void theNextCallerStartsAfresh() {
    losePromise(cache);

    Eventually.collects("the flight is gone", () -> cache.inFlight().isEmpty());

    FetchHandle<String> next = cache.getOrFetch("k", loader.async());
    assertThat(next.origin()).isEqualTo(Origin.STARTED);
    loader.run().complete("v");
    assertThat(Eventually.value(next)).isEqualTo("v");
    Eventually.passes(() -> assertThat(cache.stats().abandonedCount()).isEqualTo(1));
  }

  @Test
  void theNextCallerItselfRunsTheContinuationsOfTheDeadSlot() {
    losePromise(cache);
    cache.onComplete("k", "c", outcomes::add);

    Eventually.collects(
        "a newcomer's loader runs",
        () -> {
          FetchHandle<String> next = cache.getOrFetch("k", loader.async());
          boolean fresh = next.origin() == Origin.STARTED;
          if (fresh) {
            loader.run().complete("v");
            assertThat(Eventually.value(next)).isEqualTo("v");
          }
          return fresh;
        });

    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Abandoned<>()));
  }

  /** Starts a fetch of which nobody keeps anything. */
  private static void losePromise(CoalescingCache<String, String> cache) {
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());
    assertThat(handle.origin()).isEqualTo(Origin.STARTED);
  }

  @Test
  void aDiscardedTaskIsALostPromiseToo() {
    CoalescingCache<String, String> discarding =
        caches.cache(builder -> builder.executor(task -> {}));
    loseTask(discarding);

    Eventually.collects("the flight is gone", () -> discarding.inFlight().isEmpty());

    FetchHandle<String> next =
        discarding.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("v"));
    assertThat(Eventually.value(next)).isEqualTo("v");
  }

  private static void loseTask(CoalescingCache<String, String> cache) {
    FetchHandle<String> handle = cache.getOrFetch("k", key -> "never");
    assertThat(handle.origin()).isEqualTo(Origin.STARTED);
  }

  @Test
  void aHeldHandleKeepsItsFlight() {
    FetchHandle<String> held = cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());

    Eventually.collection();

    FetchHandle<String> joined = cache.joinIfInFlight("k");
    assertThat(joined).isNotNull();
    assertThat(held).isNotDone();
    joined.cancel(true);
    held.cancel(true);
  }

  @Test
  void aCallerThatKeepsOnlyADerivedStageIsStillAnsweredByAnAsyncLoader() {
    CompletableFuture<String> derived = derivedOnly(loader.async());

    Eventually.collection();
    loader.run().complete("v");

    assertThat(Eventually.value(derived)).isEqualTo("v!");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  private CompletableFuture<String> derivedOnly(AsyncLoader<String, String> loader) {
    return cache.getOrFetch("k", loader).thenApply(value -> value + "!");
  }

  @Test
  void aCallerThatKeepsOnlyADerivedStageIsStillAnsweredByAQueuedLoader() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> queueing = caches.cache(builder -> builder.executor(executor));
    CompletableFuture<String> derived =
        queueing.getOrFetch("k", key -> "v").thenApply(value -> value + "!");

    Eventually.collection();
    executor.runAll();

    assertThat(Eventually.value(derived)).isEqualTo("v!");
  }

  @Test
  void aCallerThatKeepsOnlyADerivedStageIsStillAnsweredByARunningLoader() {
    CompletableFuture<String> derived =
        cache.getOrFetch("k", loader.blocking()).thenApply(value -> value + "!");
    ControlledLoader.Run<String> run = loader.run();

    Eventually.collection();
    run.complete("v");

    assertThat(Eventually.value(derived)).isEqualTo("v!");
  }

  @Test
  void aCallerThatKeepsOnlyADerivedStageIsStillAnsweredByTheTimeout() {
    CoalescingCache<String, String> bounded =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(200)));
    CompletableFuture<String> derived = lostButDerived(bounded);

    Eventually.collection();

    assertThat(Eventually.failure(derived)).hasCauseInstanceOf(FetchTimeoutException.class);
  }

  private static CompletableFuture<String> lostButDerived(CoalescingCache<String, String> cache) {
    AsyncLoader<String, String> loses = (key, context) -> new CompletableFuture<>();
    return cache.getOrFetch("k", loses).thenApply(value -> value + "!");
  }

  @Test
  void aPinnedFetchThatRunsIsNotCollected() {
    cache.prefetch("k", loader.async());

    Eventually.collection();

    assertThat(cache.inFlight()).hasSize(1);
    loader.run().complete("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }
}
