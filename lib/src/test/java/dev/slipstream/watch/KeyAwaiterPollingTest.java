package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.internal.Timer;
import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Polling a source that can change unseen, on a clock that the test moves. */
class KeyAwaiterPollingTest {
  private static final Outcome<String> VALUE = new Outcome.Success<>("v");

  private final FakeSource source = new FakeSource();
  private final FakePollTimer timer = new FakePollTimer();
  private final ManualExecutor tasks = new ManualExecutor();
  private final KeyAwaiter<String, String> awaiter = builder().build();

  private KeyAwaiterBuilder<String, String> builder() {
    return KeyAwaiter.over(source).hub(source.hub).polling().timer(timer).executor(tasks);
  }

  @AfterEach
  void leavesNothing() {
    assertThat(source.hub.trackedKeys()).isZero();
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void theDelaysDoubleFrom25MillisecondsToASecond() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    poll(7);

    assertThat(timer.delays).containsExactly(25L, 50L, 100L, 200L, 400L, 800L, 1_000L, 1_000L);
    assertThat(source.reads).hasValue(8);
    assertThat(future.cancel(true)).isTrue();
  }

  @Test
  void aTickStartsTheDelaysAnew() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    poll(3);

    source.hub.notify("k");

    assertThat(timer.waiting()).isOne();
    poll(2);
    assertThat(timer.delays).containsExactly(25L, 50L, 100L, 200L, 25L, 50L, 100L);
    assertThat(future.cancel(true)).isTrue();
  }

  @Test
  void aTickDuringAPollStartsTheDelaysAnewOnce() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    poll(2);
    source.duringRead =
        read -> {
          if (read == 4) {
            source.hub.notify("k");
          }
        };

    poll(2);

    assertThat(timer.delays).containsExactly(25L, 50L, 100L, 25L, 50L);
    assertThat(timer.waiting()).isOne();
    assertThat(future.cancel(true)).isTrue();
  }

  @Test
  void aPollThatATickOvertookInTheQueueDoesNothing() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    timer.fire();
    source.hub.notify("k");
    assertThat(source.reads).hasValue(2);

    assertThat(tasks.runAll()).isOne();

    assertThat(source.reads).hasValue(2);
    assertThat(timer.waiting()).isOne();
    assertThat(future.cancel(true)).isTrue();
  }

  @Test
  void aPollFindsWhatNoTickReported() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    poll(1);
    source.change("k", "v");
    assertThat(future).isNotDone();

    poll(1);

    tasks.runAll();
    assertThat(future).isCompletedWithValue(VALUE);
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void aPollAttachesToAFetchAndPollsNoMore() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    poll(1);
    FakeSource.Flight flight = source.beginUnseen("k");
    assertThat(timer.waiting()).isOne();

    poll(1);

    assertThat(timer.waiting()).isZero();
    assertThat(source.hub.trackedKeys()).isZero();
    flight.end(VALUE);
    tasks.runAll();
    assertThat(future).isCompletedWithValue(VALUE);
  }

  @Test
  void whereTheFirstReadDecidesNothingIsScheduled() {
    source.change("k", "v");
    assertThat(awaiter.awaitOutcome("k")).isCompletedWithValue(VALUE);

    FakeSource.Flight flight = source.begin("running");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("running");
    flight.end(VALUE);
    tasks.runAll();
    assertThat(future).isCompletedWithValue(VALUE);

    assertThat(timer.delays).isEmpty();
  }

  @Test
  void aPollRunsOnTheExecutorAndNotWhereTheTimeIsKept() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    timer.fire();

    assertThat(source.reads).hasValue(1);
    tasks.runNext();
    assertThat(source.reads).hasValue(2);
    assertThat(future.cancel(true)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("dev.slipstream.watch.Endings#all")
  void whoeverEndsTheWaitStopsThePolling(Consumer<CompletableFuture<Object>> ending) {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    poll(2);
    assertThat(timer.waiting()).isOne();

    ending.accept(Endings.of(future));

    assertThat(timer.waiting()).isZero();
    assertThat(source.reads).hasValue(3);
  }

  @Test
  void aPollThatWaitsInTheQueueWhenTheWaitEndsReadsNothing() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    timer.fire();
    assertThat(future.cancel(true)).isTrue();

    assertThat(tasks.runAll()).isOne();

    assertThat(source.reads).hasValue(1);
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void aWaitThatEndsDuringAPollIsNotPolledAgain() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    source.duringRead = read -> future.cancel(true);

    poll(1);

    assertThat(source.reads).hasValue(2);
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void aSourceThatThrowsAtAPollFailsTheWait() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    IllegalStateException closed = new IllegalStateException("closed");
    source.duringRead =
        read -> {
          throw closed;
        };

    poll(1);
    tasks.runAll();

    assertThat(Eventually.failure(future)).isSameAs(closed);
  }

  @Test
  void anEventIsPolledForToo() {
    FakeHistory history = new FakeHistory();
    KeyAwaiter<String, String> events = builder().eventJournal(history).build();
    CompletableFuture<CacheEvent<String, String>> future = events.awaitEvent("k", EventType.PUT, 0);
    poll(2);
    CacheEvent<String, String> event = history.append("k", EventType.PUT);

    poll(1);
    tasks.runAll();

    assertThat(future).isCompletedWithValue(event);
    assertThat(timer.delays).containsExactly(25L, 50L, 100L);
  }

  @Test
  void withoutAHubAndOnTheRealClockAChangeIsFound() {
    KeyAwaiter<String, String> polling = KeyAwaiter.polling(source);
    CompletableFuture<Thread> completer =
        polling.awaitOutcome("k").thenApply(outcome -> Thread.currentThread());
    CompletableFuture<Outcome<String>> future = polling.awaitOutcome("k");
    Eventually.until("it has polled", () -> source.reads.get() > 2);

    source.change("k", "v");

    assertThat(Eventually.value(future)).isEqualTo(VALUE);
    assertThat(Eventually.value(completer).getName())
        .isNotIn("slipstream-timer", "slipstream-library");
  }

  @Test
  void noPollRunsOnTheThreadThatKeepsTheRealTimeThoughTheExecutorRunsTasksWhereItIs() {
    CompletableFuture<Thread> poller = new CompletableFuture<>();
    source.duringRead =
        read -> {
          if (read == 2) {
            poller.complete(Thread.currentThread());
          }
        };
    CompletableFuture<Outcome<String>> future =
        KeyAwaiter.over(source).polling().executor(Runnable::run).build().awaitOutcome("k");

    assertThat(Eventually.value(poller).getName())
        .isNotIn("slipstream-timer", "slipstream-library");
    assertThat(future.cancel(true)).isTrue();
  }

  @Test
  void aWaitThatNoThreadCanPollFailsAndLeavesNothing() {
    OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
    AtomicInteger left = new AtomicInteger(2);
    Timer exhausted =
        new FakePollTimer() {
          @Override
          public Handle schedule(Runnable task, long delay, TimeUnit unit) {
            if (left.getAndDecrement() == 0) {
              throw noThread;
            }
            return timer.schedule(task, delay, unit);
          }
        };
    CompletableFuture<Outcome<String>> future =
        builder().timer(exhausted).build().awaitOutcome("k");
    poll(1);
    timer.fire();
    tasks.runAll();

    assertThat(Eventually.failure(future)).isSameAs(noThread);

    left.set(0);
    CompletableFuture<Outcome<String>> next = builder().timer(exhausted).build().awaitOutcome("k");
    tasks.runAll();
    assertThat(Eventually.failure(next)).isSameAs(noThread);
  }

  /** Lets so many polls come due and run. */
  private void poll(int times) {
    for (int i = 0; i < times; i++) {
      timer.fire();
      tasks.runNext();
    }
  }
}
