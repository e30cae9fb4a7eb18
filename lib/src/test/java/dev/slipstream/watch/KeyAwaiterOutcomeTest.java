package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Awaiting an outcome over a hub: nothing is started, nothing is missed, nothing is left. */
class KeyAwaiterOutcomeTest {
  private static final Outcome<String> VALUE = new Outcome.Success<>("v");
  private static final Outcome<String> FAILURE = new Outcome.Failure<>(new IOException("down"));

  private final FakeSource source = new FakeSource();
  private final ManualExecutor tasks = new ManualExecutor();
  private final KeyAwaiter<String, String> awaiter =
      KeyAwaiter.over(source).hub(source.hub).executor(tasks).build();

  @AfterEach
  void leavesNothing() {
    assertThat(source.hub.trackedKeys()).isZero();
    assertThat(tasks.size()).isZero();
  }

  @Test
  void aCachedValueIsThereAtOnce() {
    source.change("k", "v");

    assertThat(awaiter.awaitOutcome("k")).isCompletedWithValue(VALUE);
    assertThat(source.reads).hasValue(1);
  }

  @Test
  void aCachedAbsenceIsASuccessWithoutAValue() {
    KeyAwaiter<String, String> absent =
        KeyAwaiter.<String, String>over(key -> new KeyState.Cached<>(null)).hub(source.hub).build();

    assertThat(absent.awaitOutcome("k")).isCompletedWithValue(new Outcome.Success<>(null));
  }

  static List<Outcome<String>> outcomes() {
    return List.of(VALUE, FAILURE, new Outcome.Abandoned<>());
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void aRunningFetchIsAwaitedToWhateverEnd(Outcome<String> outcome) {
    FakeSource.Flight flight = source.begin("k");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    assertThat(future).isNotDone();

    flight.end(outcome);

    endsWith(future, outcome);
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void onAnIdleKeyTheNextFetchIsAwaitedToWhateverEnd(Outcome<String> outcome) {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    source.begin("k").end(outcome);

    endsWith(future, outcome);
  }

  @Test
  void onAnIdleKeyAWriteIsAnOutcome() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    source.put("k", "v");

    endsWith(future, VALUE);
  }

  @Test
  void ticksThatBringNothingAreWaitedThrough() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    source.hub.notify("k");
    source.put("other", "v");
    source.hub.notifyAllKeys();
    assertThat(future).isNotDone();
    assertThat(source.reads).as("one at first, one for each tick of the key").hasValue(3);

    source.put("k", "v");

    endsWith(future, VALUE);
  }

  @Test
  void aChangeThatTheFirstReadMissesIsNotMissed() {
    source.duringRead =
        read -> {
          if (read == 1) {
            source.put("k", "v"); // the read will answer idle
          }
        };

    endsWith(awaiter.awaitOutcome("k"), VALUE);
  }

  @Test
  void aChangeThatALaterReadMissesIsNotMissed() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    source.duringRead =
        read -> {
          if (read < 10) {
            source.hub.notify("k");
          } else if (read == 10) {
            source.put("k", "v");
          }
        };

    source.hub.notify("k");

    endsWith(future, VALUE);
  }

  @Test
  void aFetchThatFailsAtOnceIsCaughtByItsTickWhileAnotherThreadReads() throws Exception {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    source.duringRead =
        read -> {
          if (read == 2) {
            reading.countDown();
            Eventually.opens(release);
          }
        };
    Thread slow = new Thread(() -> source.hub.notify("k"));
    slow.start();
    Eventually.opens(reading);

    source.begin("k").end(FAILURE);
    release.countDown();
    slow.join();

    endsWith(future, FAILURE);
  }

  @Test
  void anAttachedAwaiterLooksNoMore() {
    FakeSource.Flight flight = source.begin("k");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    assertThat(source.hub.trackedKeys()).isZero();

    source.put("k", "overtakes");
    assertThat(source.reads).hasValue(1);
    flight.end(FAILURE);

    endsWith(future, FAILURE);
  }

  @Test
  void ofTwoLooksThatFindTheFetchOneAttaches() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    source.duringRead =
        read -> {
          if (read == 2) {
            source.hub.notify("k");
          }
        };

    FakeSource.Flight flight = source.begin("k");

    assertThat(source.reads).hasValue(3);
    assertThat(flight.watchers).hasSize(1);
    assertThat(future.cancel(true)).isTrue();
    assertThat(flight.watchers).isEmpty();
  }

  @Test
  void noDependentRunsOnTheThreadThatTicks() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    List<Outcome<String>> seen = new ArrayList<>();
    future.thenAccept(seen::add);

    source.put("k", "v");

    assertThat(seen).isEmpty();
    assertThat(source.hub.trackedKeys()).as("released before").isZero();
    tasks.runNext();
    assertThat(seen).containsExactly(VALUE);
  }

  @ParameterizedTest
  @MethodSource("dev.slipstream.watch.Endings#all")
  void whoeverEndsAWaitOnAnIdleKeyLeavesNothing(Consumer<CompletableFuture<Object>> ending) {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    assertThat(source.hub.trackedKeys()).isOne();

    ending.accept(Endings.of(future));

    assertThat(source.hub.trackedKeys()).isZero();
    source.put("k", "v");
    assertThat(source.reads).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("dev.slipstream.watch.Endings#all")
  void whoeverEndsAWaitOnAFetchLeavesNothing(Consumer<CompletableFuture<Object>> ending) {
    FakeSource.Flight flight = source.begin("k");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    CompletableFuture<Outcome<String>> peer = awaiter.awaitOutcome("k");
    assertThat(flight.watchers).hasSize(2);

    ending.accept(Endings.of(future));

    assertThat(flight.watchers).hasSize(1);
    flight.end(VALUE);
    endsWith(peer, VALUE);
  }

  @Test
  void aWaitThatIsEndedWithinTheTickThatAttachesItLeavesNothing() {
    List<CompletableFuture<Outcome<String>>> futures = new ArrayList<>();
    futures.add(awaiter.awaitOutcome("k"));
    source.duringRead = read -> futures.get(0).cancel(true);

    FakeSource.Flight flight = source.begin("k");

    assertThat(flight.watchers).isEmpty();
    assertThat(futures.get(0)).isCancelled();
  }

  @Test
  void whatTheOwnerDidFirstStays() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    source.put("k", "v");

    assertThat(future.complete(FAILURE)).isTrue();
    tasks.runAll();

    assertThat(future).isCompletedWithValue(FAILURE);
  }

  @Test
  void aSourceThatThrowsAtOnceFailsTheWait() {
    IllegalStateException closed = new IllegalStateException("closed");
    source.duringRead =
        read -> {
          throw closed;
        };

    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    assertThat(Eventually.failure(future)).isSameAs(closed);
  }

  @Test
  void aSourceThatThrowsAtATickFailsTheWaitAndNotTheThreadThatTicks() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    StackOverflowError error = new StackOverflowError("the source's own");
    source.duringRead =
        read -> {
          throw error;
        };

    source.hub.notify("k");

    assertThat(future).isNotDone();
    tasks.runAll();
    assertThat(Eventually.failure(future)).isSameAs(error);
  }

  @Test
  void aSourceThatGivesNoStateFailsTheWait() {
    KeyAwaiter<String, String> stateless =
        KeyAwaiter.<String, String>over(key -> null).hub(source.hub).build();

    assertThat(Eventually.failure(stateless.awaitOutcome("k")))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("KeySource");
  }

  @Test
  void aFlightsFutureThatFailsFailsTheWait() {
    IOException failure = new IOException("no outcome");
    FakeSource.Flight flight = source.begin("k");
    CompletableFuture<Outcome<String>> bare = awaiter.awaitOutcome("k");

    flight.failWatchers(new CompletionException(failure));
    tasks.runAll();

    assertThat(Eventually.failure(bare)).isSameAs(failure);
    flight.end(FAILURE);
  }

  @Test
  void aFlightsFutureWithoutAnOutcomeFailsTheWait() {
    FakeSource.Flight flight = source.begin("k");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    flight.watchers.forEach(watcher -> watcher.complete(null));
    tasks.runAll();

    assertThat(Eventually.failure(future)).isInstanceOf(NullPointerException.class);
    flight.end(FAILURE);
  }

  @Test
  void anExecutorThatRejectsStrandsNobody() {
    KeyAwaiter<String, String> rejected =
        KeyAwaiter.over(source)
            .hub(source.hub)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build();
    CompletableFuture<Outcome<String>> future = rejected.awaitOutcome("k");

    source.put("k", "v");

    assertThat(Eventually.value(future)).isEqualTo(VALUE);
  }

  @Test
  void withoutAnExecutorTheLibrarysOwnThreadsCompleteFutures() {
    KeyAwaiter<String, String> plain = KeyAwaiter.over(source).hub(source.hub).build();
    CompletableFuture<Thread> completer =
        plain.awaitOutcome("k").thenApply(outcome -> Thread.currentThread());

    source.put("k", "v");

    Thread thread = Eventually.value(completer);
    assertThat(thread).isNotEqualTo(Thread.currentThread());
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).doesNotContain("ForkJoin");
  }

  @Test
  void anAwaiterThatNothingWakesIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KeyAwaiter.over(source).build())
        .withMessageContaining("nothing would wake")
        .withMessageContaining("hub(…)")
        .withMessageContaining("polling()");
  }

  @Test
  void nullArgumentsAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> KeyAwaiter.polling(null))
        .withMessageContaining("source");
    assertThatNullPointerException()
        .isThrownBy(() -> KeyAwaiter.over(null))
        .withMessageContaining("source");
    KeyAwaiterBuilder<String, String> builder = KeyAwaiter.over(source);
    assertThatNullPointerException()
        .isThrownBy(() -> builder.hub(null))
        .withMessageContaining("hub");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.eventJournal(null))
        .withMessageContaining("history");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.attach(null))
        .withMessageContaining("attach");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.executor(null))
        .withMessageContaining("executor");
    assertThatNullPointerException()
        .isThrownBy(() -> awaiter.awaitOutcome(null))
        .withMessageContaining("key");
    assertThat(source.reads).hasValue(0);
  }

  @Test
  void aThousandAwaitersTakeNoThread() {
    int before = Thread.activeCount();
    AtomicInteger calls = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      awaiter.awaitOutcome("k").thenAccept(outcome -> calls.incrementAndGet());
    }
    assertThat(Thread.activeCount()).isLessThan(before + 100);

    source.put("k", "v");

    tasks.runAll();
    assertThat(calls).hasValue(1_000);
  }

  /** The outcome comes by a task, after everything was released. */
  private void endsWith(CompletableFuture<Outcome<String>> future, Outcome<String> outcome) {
    assertThat(future).isNotDone();
    assertThat(source.hub.trackedKeys()).isZero();
    assertThat(tasks.runAll()).isOne();
    assertThat(future).isCompletedWithValue(outcome);
  }
}
