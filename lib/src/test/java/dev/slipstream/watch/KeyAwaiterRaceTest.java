package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.internal.Threads;
import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Awaiters against what they wait for. */
class KeyAwaiterRaceTest {
  private static final Outcome<String> VALUE = new Outcome.Success<>("v");

  private final FakeSource source = new FakeSource();
  private final FakeHistory history = new FakeHistory();
  private final KeyAwaiter<String, String> awaiter =
      KeyAwaiter.over(source).hub(source.hub).eventJournal(history).executor(Runnable::run).build();

  @AfterEach
  void leavesNothing() {
    assertThat(source.hub.trackedKeys()).isZero();
  }

  @Test
  void aThousandAwaitersThatRaceACompletionGetTheSameOutcome() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 100); i++) {
        String key = "k" + i;
        List<CompletableFuture<Outcome<String>>> futures = new ArrayList<>();
        race.run(() -> awaitTimes(1_000, key, futures), () -> source.begin(key).end(VALUE));
        for (CompletableFuture<Outcome<String>> future : futures) {
          assertThat(Eventually.value(future)).isEqualTo(VALUE);
        }
      }
    }
  }

  @Test
  void aThousandAwaitersOfAFailureGetTheSameInstance() {
    Outcome<String> failure = new Outcome.Failure<>(new IOException("down"));
    List<CompletableFuture<Outcome<String>>> futures = new ArrayList<>();
    awaitTimes(500, "k", futures);
    FakeSource.Flight flight = source.begin("k");
    awaitTimes(500, "k", futures);

    flight.end(failure);

    assertThat(futures)
        .hasSize(1_000)
        .allSatisfy(future -> assertThat(Eventually.value(future)).isSameAs(failure));
    assertThat(flight.watchers).isEmpty();
  }

  private void awaitTimes(int times, String key, List<CompletableFuture<Outcome<String>>> futures) {
    for (int i = 0; i < times; i++) {
      futures.add(awaiter.awaitOutcome(key));
    }
  }

  @Test
  void aFailureThatComesAsFastAsItCanIsCaughtWhateverElseTicks() {
    Outcome<String> failure = new Outcome.Failure<>(new IOException("down"));
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 5_000); i++) {
        CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
        race.run(() -> source.begin("k").end(failure), () -> source.hub.notify("k"));
        assertThat(Eventually.value(future)).isSameAs(failure);
      }
    }
  }

  @Test
  void aCancelThatRacesTheStartOfAFetchLeavesNothingOnIt() {
    List<FakeSource.Flight> flights = new ArrayList<>();
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 5_000); i++) {
        CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
        race.run(() -> flights.add(source.begin("k")), () -> future.cancel(true));
        FakeSource.Flight flight = flights.remove(0);
        assertThat(flight.watchers).isEmpty();
        flight.end(new Outcome.Abandoned<>());
        assertThat(future).isCancelled();
      }
    }
  }

  @Test
  void anAwaiterOfOneEventAfterAnotherMissesNone() {
    int each = 2_000;
    CompletableFuture<Void> sawAll = new CompletableFuture<>();
    List<Long> seen = new ArrayList<>();
    follow(seen, 0, 2 * each, sawAll);
    try (Race race = new Race()) {
      race.run(() -> happens(each), () -> happens(each));
    }

    Eventually.value(sawAll);
    assertThat(seen).doesNotHaveDuplicates().isSorted().hasSize(2 * each);
  }

  private void follow(List<Long> seen, long after, int last, CompletableFuture<Void> sawAll) {
    awaiter
        .awaitEvent("k", EventType.PUT, after)
        .thenAcceptAsync(
            event -> {
              seen.add(event.sequence());
              if (seen.size() == last) {
                sawAll.complete(null);
              } else {
                follow(seen, event.sequence(), last, sawAll);
              }
            },
            Threads.executor());
  }

  private void happens(int times) {
    for (int i = 0; i < times; i++) {
      history.append("k", EventType.PUT);
      source.hub.notify("k");
    }
  }
}
