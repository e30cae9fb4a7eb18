package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.Race;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeSubscription;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.EventsLostException;
import dev.slipstream.watch.KeyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A key's outcome can be awaited without starting a fetch, and its changes watched. */
class AwaiterTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  private CompletableFuture<Outcome<String>> await(String key) {
    return cache.awaiter().awaitOutcome(key);
  }

  @Test
  void aCachedKeyIsThereAtOnce() {
    cache.put("k", "v");

    assertThat(Eventually.value(await("k"))).isEqualTo(new Outcome.Success<>("v"));
  }

  @Test
  void aRunningFetchIsAwaitedAndNotKeptAlive() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Outcome<String>> awaiting = await("k");
    assertThat(awaiting).isNotDone();
    assertThat(cache.inFlight().get(0).awaiters()).isEqualTo(1);

    handle.cancel(false);

    assertThat(Eventually.value(awaiting)).isEqualTo(new Outcome.Abandoned<>());
    assertThat(loader.run().isCancelled()).isTrue();
  }

  @Test
  void anIdleKeyIsAwaitedThroughAFetch() {
    CompletableFuture<Outcome<String>> awaiting = await("k");
    assertThat(cache.changes().trackedKeys()).isEqualTo(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");

    assertThat(Eventually.value(awaiting)).isEqualTo(new Outcome.Success<>("v"));
    assertThat(Eventually.value(handle)).isEqualTo("v");
    Eventually.until("nothing is tracked", () -> cache.changes().trackedKeys() == 0);
  }

  @Test
  void anIdleKeyIsAwaitedThroughAFetchThatFailsAtOnce() {
    for (int i = 0; i < 1_000; i++) {
      CompletableFuture<Outcome<String>> awaiting = await("k");
      IllegalStateException failure = new IllegalStateException("boom");
      FetchHandle<String> handle =
          cache.getOrFetch("k", (key, context) -> CompletableFuture.failedFuture(failure));

      assertThat(Eventually.value(awaiting)).isEqualTo(new Outcome.Failure<>(failure));
      assertThat(handle).isCompletedExceptionally();
    }
  }

  @Test
  void anIdleKeyIsAwaitedThroughAPut() {
    CompletableFuture<Outcome<String>> awaiting = await("k");
    cache.put("k", "v");

    assertThat(Eventually.value(awaiting)).isEqualTo(new Outcome.Success<>("v"));
  }

  @Test
  void aBulkLoadAndItsExtrasWakeToo() {
    CompletableFuture<Outcome<String>> asked = await("a");
    CompletableFuture<Outcome<String>> extra = await("extra");
    cache.getAll(
        List.of("a"),
        (keys, context) ->
            CompletableFuture.completedFuture(java.util.Map.of("a", "1", "extra", "2")));

    assertThat(Eventually.value(asked)).isEqualTo(new Outcome.Success<>("1"));
    assertThat(Eventually.value(extra)).isEqualTo(new Outcome.Success<>("2"));
  }

  @Test
  void aCancelledFutureIsForgottenAndAffectsNoOther() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Outcome<String>> leaver = await("k");
    CompletableFuture<Outcome<String>> stayer = await("k");
    assertThat(cache.inFlight().get(0).continuations()).isEqualTo(2);
    leaver.cancel(false);
    Eventually.until("the leaver is forgotten", () -> cache.inFlight().get(0).continuations() == 1);

    loader.run().complete("v");
    assertThat(Eventually.value(stayer)).isEqualTo(new Outcome.Success<>("v"));
    assertThat(Eventually.value(handle)).isEqualTo("v");
  }

  @Test
  void closeEndsTheWaitForAnIdleKeyOrAFetch() {
    CompletableFuture<Outcome<String>> idle = await("idle");
    FetchHandle<String> handle = cache.getOrFetch("flying", loader.async());
    CompletableFuture<Outcome<String>> flying = await("flying");
    cache.close();

    assertThat(Eventually.failure(idle)).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.value(flying))
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> assertThat(failure.cause()).isInstanceOf(CacheClosedException.class));
    assertThat(Eventually.failure(await("late"))).isInstanceOf(CacheClosedException.class);
    assertThat(handle).isCompletedExceptionally();
  }

  @Test
  void aThousandThatRaceTheCompletionGetTheSameOutcome() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 20); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        String key = "k" + i;
        FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> promise);
        List<CompletableFuture<Outcome<String>>> awaiting = new ArrayList<>();
        race.run(
            () -> {
              for (int j = 0; j < 1_000; j++) {
                awaiting.add(await(key));
              }
            },
            () -> promise.complete("v"));
        for (CompletableFuture<Outcome<String>> each : awaiting) {
          assertThat(Eventually.value(each)).isEqualTo(new Outcome.Success<>("v"));
        }
        assertThat(Eventually.value(handle)).isEqualTo("v");
      }
    }
  }

  @Test
  void theStateOfAKey() {
    assertThat(cache.state("k")).isEqualTo(new KeyState.Idle<>());
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(cache.state("k"))
        .isInstanceOfSatisfying(
            KeyState.InFlight.class, state -> assertThat(state.outcome()).isNotDone());
    loader.run().complete("v");
    assertThat(cache.state("k")).isEqualTo(new KeyState.Cached<>("v"));
    FetchHandle<String> refresh = cache.refresh("k", loader.async());
    assertThat(cache.state("k")).isEqualTo(new KeyState.Cached<>("v"));
    loader.run(1).complete("w");
    assertThat(List.of(handle, refresh)).allMatch(CompletableFuture::isDone);

    cache.close();
    assertThat(cache.state("k")).isEqualTo(new KeyState.Cached<>("w"));
    assertThatThrownBy(() -> cache.state("other")).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void aKnownAbsenceIsCached() {
    CoalescingCache<String, String> remembering =
        caches.cache(builder -> builder.absentTtl(Duration.ofMinutes(1)));
    assertThat(remembering.get("k", key -> null)).isNull();

    assertThat(remembering.state("k")).isEqualTo(new KeyState.Cached<>(null));
  }

  @Test
  void everyChangeTicksItsKeyAndNoOther() {
    try (ChangeSubscription changes = cache.changes().subscribe("k");
        ChangeSubscription others = cache.changes().subscribe("other")) {
      List<Runnable> writes =
          List.of(
              () -> cache.put("k", "v"),
              () -> cache.invalidate("k"),
              () -> assertThat(cache.get("k", key -> "v")).isEqualTo("v"),
              () -> cache.asMap().remove("k", "v"),
              () -> assertThat(cache.get("k", key -> null)).isNull(),
              () -> cache.getOrFetch("k", loader.async()).cancel(false));
      for (Runnable write : writes) {
        write.run();
        Eventually.until("the key is ticked", changes::hasChanged);
        changes.markUnchanged();
      }
      assertThat(others.hasChanged()).isFalse();

      cache.invalidateAll();
      assertThat(changes.hasChanged()).isTrue();
    }
  }

  @Test
  void anEvictionTicks() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> expiring =
        caches.cache(builder -> builder.ticker(ticker).expireAfterWrite(Duration.ofSeconds(1)));
    expiring.put("k", "v");
    try (ChangeSubscription changes = expiring.changes().subscribe("k")) {
      ticker.advance(Duration.ofSeconds(2));
      expiring.cleanUp();
      Eventually.until("the key is ticked", changes::hasChanged);
    }
  }

  @Test
  void anEventOfThePastCountsAndOneToComeIsAwaited() {
    CoalescingCache<String, String> recording = caches.cache(builder -> builder.eventJournal(100));
    recording.put("k", "1");
    recording.put("k", "2");
    CompletableFuture<CacheEvent<String, String>> first =
        recording.awaiter().awaitEvent("k", EventType.PUT, 0);
    CompletableFuture<CacheEvent<String, String>> second =
        recording.awaiter().awaitEvent("k", EventType.PUT, 1);
    CompletableFuture<CacheEvent<String, String>> next =
        recording.awaiter().awaitEvent("k", EventType.CALLER_JOINED, 2);
    assertThat(Eventually.value(first).value()).isEqualTo("1");
    assertThat(Eventually.value(second).value()).isEqualTo("2");
    assertThat(next).isNotDone();

    recording.invalidate("k");
    FetchHandle<String> handle = recording.getOrFetch("k", loader.async());
    FetchHandle<String> joined = recording.getOrFetch("k", loader.async());
    assertThat(Eventually.value(next).type()).isEqualTo(EventType.CALLER_JOINED);
    loader.run().complete("v");
    assertThat(List.of(handle, joined)).allMatch(CompletableFuture::isDone);
  }

  @Test
  void closeEndsTheWaitForAnEventUnlessItIsTheLast() {
    CoalescingCache<String, String> recording = caches.cache(builder -> builder.eventJournal(100));
    FetchHandle<String> handle = recording.getOrFetch("k", loader.async());
    CompletableFuture<CacheEvent<String, String>> failed =
        recording.awaiter().awaitEvent("k", EventType.FAILED, 0);
    CompletableFuture<CacheEvent<String, String>> put =
        recording.awaiter().awaitEvent("k", EventType.PUT, 0);
    recording.close();

    assertThat(Eventually.value(failed).failure()).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.failure(put)).isInstanceOf(CacheClosedException.class);
    assertThat(handle).isCompletedExceptionally();
  }

  @Test
  void anEventThatTheJournalHasDroppedIsAnError() {
    CoalescingCache<String, String> recording = caches.cache(builder -> builder.eventJournal(2));
    for (int i = 0; i < 5; i++) {
      recording.put("k", "v" + i);
    }

    assertThat(Eventually.failure(recording.awaiter().awaitEvent("k", EventType.INVALIDATED, 0)))
        .isInstanceOf(EventsLostException.class);
  }

  @Test
  void withoutAJournalNoEventCanBeAwaited() {
    assertThatThrownBy(() -> cache.awaiter().awaitEvent("k", EventType.PUT, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("eventJournal");
  }
}
