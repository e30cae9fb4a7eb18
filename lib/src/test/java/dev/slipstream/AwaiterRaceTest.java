package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.EventLog;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import dev.slipstream.view.CacheView;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.KeyAwaiter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many that await a key: all get the same, none is lost, and none holds anything. */
class AwaiterRaceTest {
  private static final int AWAITERS = 1_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.eventJournal(100_000));
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  private CompletableFuture<Outcome<String>> await(String key) {
    return cache.awaiter().awaitOutcome(key);
  }

  private List<CompletableFuture<Outcome<String>>> await(String key, int times) {
    return IntStream.range(0, times).mapToObj(i -> await(key)).toList();
  }

  /** How a fetch ends, given the promise and the handle of the one caller. */
  private interface End extends Consumer<CompletableFuture<String>> {}

  /**
   * Half of the thousand await before the end, the others race it. Those that come after it cannot
   * know of it, and get the outcome of the next fetch.
   */
  private void raceAnEnd(End end, boolean endsByTheHandle, Outcome<String> expected) {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 15); i++) {
        String key = "k" + i;
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> promise);
        List<CompletableFuture<Outcome<String>>> early = await(key, AWAITERS / 2);
        List<CompletableFuture<Outcome<String>>> racing = new ArrayList<>();
        race.run(
            () -> {
              for (int j = 0; j < AWAITERS / 2; j++) {
                racing.add(await(key));
              }
            },
            () -> end.accept(endsByTheHandle ? handle : promise));
        early.forEach(each -> assertThat(Eventually.value(each)).isEqualTo(expected));

        assertThat(cache.get(key, k -> "next")).isIn("next", "v");
        Outcome<String> next = new Outcome.Success<>(cache.getIfPresent(key));
        racing.forEach(each -> assertThat(Eventually.value(each)).isIn(expected, next));
        assertThat(handle).isDone();
      }
      Eventually.until("nothing is tracked", () -> cache.changes().trackedKeys() == 0);
    }
  }

  @Test
  void aSuccess() {
    raceAnEnd(promise -> promise.complete("v"), false, new Outcome.Success<>("v"));
  }

  @Test
  void aFailure() {
    IllegalStateException failure = new IllegalStateException("boom");
    raceAnEnd(
        promise -> promise.completeExceptionally(failure), false, new Outcome.Failure<>(failure));
  }

  @Test
  void anAbandon() {
    raceAnEnd(handle -> handle.cancel(false), true, new Outcome.Abandoned<>());
  }

  @Test
  void onAnIdleKeyAllReceiveTheFailureThatComesNext() {
    List<CompletableFuture<Outcome<String>>> awaiting = await("k", AWAITERS);
    assertThat(cache.changes().trackedKeys()).isEqualTo(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    IllegalStateException failure = new IllegalStateException("boom");
    loader.run().fail(failure);

    awaiting.forEach(
        each -> assertThat(Eventually.value(each)).isEqualTo(new Outcome.Failure<>(failure)));
    assertThat(Eventually.failure(handle)).isSameAs(failure);
    Eventually.until("nothing is tracked", () -> cache.changes().trackedKeys() == 0);
  }

  @Test
  void theyStartNoFetchCountAsNothingAndKeepNothingAlive() {
    List<CompletableFuture<Outcome<String>>> idle = await("idle", 10);
    assertThat(cache.inFlight()).isEmpty();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    List<CompletableFuture<Outcome<String>>> flying = await("k", 10);
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    assertThat(EventLog.types(cache)).containsExactly(EventType.FETCH_STARTED);
    handle.cancel(false);

    flying.forEach(each -> assertThat(Eventually.value(each)).isEqualTo(new Outcome.Abandoned<>()));
    loader.run().awaitCancelled();
    assertThat(cache.stats().fetchCount()).isEqualTo(1);
    assertThat(cache.stats().joinCount() + cache.stats().hitCount()).isZero();
    assertThat(idle).noneMatch(CompletableFuture::isDone);
    idle.forEach(each -> each.cancel(false));
    Eventually.until("nothing is tracked", () -> cache.changes().trackedKeys() == 0);
  }

  @Test
  void whoeverEndsItsFutureHoldsNothing() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    List<CompletableFuture<Outcome<String>>> idle = await("idle", AWAITERS);
    List<CompletableFuture<Outcome<String>>> flying = await("k", AWAITERS);
    List<CompletableFuture<CacheEvent<String, String>>> events =
        IntStream.range(0, AWAITERS)
            .mapToObj(i -> cache.awaiter().awaitEvent("event", EventType.PUT, 0))
            .toList();
    for (int i = 0; i < AWAITERS; i++) {
      for (CompletableFuture<?> each : List.of(idle.get(i), flying.get(i), events.get(i))) {
        switch (i % 3) {
          case 0 -> each.cancel(true);
          case 1 -> each.completeExceptionally(new IllegalStateException("enough"));
          default -> each.complete(null);
        }
      }
    }

    Eventually.until("nothing is tracked", () -> cache.changes().trackedKeys() == 0);
    Eventually.until("no continuation waits", () -> cache.inFlight().get(0).continuations() == 0);
    loader.run().complete("v");
    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void anInvalidationDoesNotHideTheOutcomeOfTheFetchThatIsAwaited() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Outcome<String>> early = await("k");
    cache.invalidate("k");
    CompletableFuture<Outcome<String>> late = await("k");
    assertThat(early).isNotDone();
    loader.run().complete("older");

    assertThat(Eventually.value(early)).isEqualTo(new Outcome.Success<>("older"));
    assertThat(late).as("a fenced fetch is not this key's state").isNotDone();
    assertThat(cache.get("k", key -> "newer")).isEqualTo("newer");
    assertThat(Eventually.value(late)).isEqualTo(new Outcome.Success<>("newer"));
    assertThat(handle).isCompletedWithValue("older");
  }

  @Test
  void aRefreshOfACachedKeyIsNotAwaitedAndOneOfAnIdleKeyIs() {
    cache.put("cached", "old");
    FetchHandle<String> first = cache.refresh("cached", loader.async());
    assertThat(Eventually.value(await("cached"))).isEqualTo(new Outcome.Success<>("old"));
    loader.run().complete("new");
    assertThat(Eventually.value(await("cached"))).isEqualTo(new Outcome.Success<>("new"));

    CompletableFuture<Outcome<String>> idle = await("idle");
    FetchHandle<String> second = cache.refresh("idle", loader.async());
    loader.run(1).complete(null);
    assertThat(Eventually.value(idle)).isEqualTo(new Outcome.Success<>(null));
    assertThat(List.of(first, second)).allMatch(CompletableFuture::isDone);
  }

  @Test
  void aKeyThatIsInvalidatedAndComesAgainIsAwaitedAnew() {
    cache.put("k", "1");
    cache.invalidate("k");
    CompletableFuture<Outcome<String>> awaiting = await("k");
    cache.invalidate("k");
    assertThat(awaiting).isNotDone();
    cache.restore(new CacheView<>(List.of()));
    assertThat(awaiting).isNotDone();
    cache.asMap().putIfAbsent("k", "2");

    assertThat(Eventually.value(awaiting)).isEqualTo(new Outcome.Success<>("2"));
  }

  @Test
  void aCacheCanBePolled() {
    KeyAwaiter<String, String> polling = KeyAwaiter.polling(cache);
    CompletableFuture<Outcome<String>> written = polling.awaitOutcome("written");
    CompletableFuture<Outcome<String>> fetched = polling.awaitOutcome("fetched");
    CompletableFuture<Outcome<String>> cancelled = polling.awaitOutcome("cancelled");
    assertThat(written).isNotDone();
    assertThat(cancelled.cancel(false)).isTrue();
    FetchHandle<String> handle = cache.getOrFetch("fetched", loader.async());
    cache.put("written", "v");
    assertThat(Eventually.value(written)).isEqualTo(new Outcome.Success<>("v"));
    Eventually.until("it is attached", () -> cache.inFlight().get(0).continuations() == 1);
    IllegalStateException failure = new IllegalStateException("boom");
    loader.run().fail(failure);

    assertThat(Eventually.value(fetched)).isEqualTo(new Outcome.Failure<>(failure));
    assertThat(Eventually.failure(handle)).isSameAs(failure);
    assertThat(cache.stats().fetchCount()).isEqualTo(1);
  }

  @Test
  void anEventBeforeTheCallCountsAndOneBeforeTheNumberDoesNot() {
    cache.put("k", "before");
    long before = cache.events().lastSequence();
    cache.put("other", "v");
    assertThat(cache.refresh("k", key -> "after")).isNotNull();
    Eventually.until("refreshed", () -> "after".equals(cache.getIfPresent("k")));

    CompletableFuture<CacheEvent<String, String>> refreshed =
        cache.awaiter().awaitEvent("k", EventType.REFRESHED, before);
    CompletableFuture<CacheEvent<String, String>> put =
        cache.awaiter().awaitEvent("k", EventType.PUT, before);
    assertThat(Eventually.value(refreshed).value()).isEqualTo("after");
    assertThat(put).isNotDone();
    assertThat(Eventually.value(cache.awaiter().awaitEvent("k", EventType.PUT, 0)).value())
        .isEqualTo("before");
    cache.put("k", "last");
    assertThat(Eventually.value(put).value()).isEqualTo("last");
  }

  @Test
  void aThousandAwaitersThatRaceAnEventAllReceiveTheFirst() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 15); i++) {
        String key = "k" + i;
        long before = cache.events().lastSequence();
        List<CompletableFuture<CacheEvent<String, String>>> awaiting = new ArrayList<>();
        race.run(
            () -> {
              for (int j = 0; j < AWAITERS; j++) {
                awaiting.add(cache.awaiter().awaitEvent(key, EventType.PUT, before));
              }
            },
            () -> {
              cache.put(key, "first");
              cache.put(key, "second");
            });
        awaiting.forEach(each -> assertThat(Eventually.value(each).value()).isEqualTo("first"));
      }
    }
    Eventually.until("nothing is tracked", () -> cache.changes().trackedKeys() == 0);
  }
}
