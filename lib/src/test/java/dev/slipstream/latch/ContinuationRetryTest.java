package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A continuation that fails is tried again as often as its options say, while no thread waits. */
class ContinuationRetryTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");
  private static final Duration DELAY = Duration.ofMillis(50);

  @RegisterExtension final LogCapture log = new LogCapture();

  private final FakeTimer timer = new FakeTimer();
  private final ManualExecutor tasks = new ManualExecutor();
  private final Continuations<String> continuations = Continuations.create(tasks, "job 7");
  private final AtomicInteger runs = new AtomicInteger();

  private ContinuationOptions retries(int retries) {
    return ContinuationOptions.defaults().retries(retries, DELAY).timer(timer);
  }

  private Continuation<String> failsTimes(int times) {
    return outcome -> {
      assertThat(outcome).isEqualTo(DONE);
      if (runs.incrementAndGet() <= times) {
        throw new IOException("run " + runs);
      }
    };
  }

  @Test
  void itIsTriedUntilItSucceeds() {
    continuations.addOrRunNow("c", retries(3), failsTimes(2));
    continuations.complete(DONE);

    tasks.runAll();
    assertThat(runs).hasValue(1);
    timer.advance(DELAY.minusNanos(1));
    assertThat(tasks.size()).as("not before its time").isZero();
    timer.advance(Duration.ofNanos(1));
    assertThat(runs).as("a task, not the timer's work").hasValue(1);
    tasks.runAll();
    assertThat(runs).hasValue(2);
    timer.advance(DELAY);
    tasks.runAll();

    assertThat(runs).hasValue(3);
    assertThat(timer.size()).isZero();
    assertThat(log.warnings()).isEmpty();
    ContinuationStats stats = continuations.stats();
    assertThat(stats.fired()).isEqualTo(1);
    assertThat(stats.succeeded()).isEqualTo(1);
    assertThat(stats.failed()).isZero();
    assertThat(stats.retried()).isEqualTo(2);
  }

  @Test
  void itIsGivenUpAfterTheLastTryAndLoggedOnce() {
    continuations.addOrRunNow("c", retries(2), failsTimes(99));
    continuations.complete(DONE);

    for (int i = 0; i < 10; i++) {
      tasks.runAll();
      timer.advance(DELAY);
    }

    assertThat(runs).hasValue(3);
    ContinuationStats stats = continuations.stats();
    assertThat(stats.retried()).isEqualTo(2);
    assertThat(stats.failed()).isEqualTo(1);
    assertThat(stats.succeeded()).isZero();
    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("'c'", "job 7");
    assertThat(LogCapture.thrown(log.warnings().get(0))).hasMessage("run 3");
  }

  @Test
  void noRetriesAreOneTry() {
    continuations.addOrRunNow("c", retries(0), failsTimes(99));
    continuations.complete(DONE);

    tasks.runAll();

    assertThat(runs).hasValue(1);
    assertThat(timer.size()).isZero();
    assertThat(continuations.stats().failed()).isEqualTo(1);
  }

  @Test
  void anErrorIsTriedAgainToo() {
    continuations.addOrRunNow(
        "c",
        retries(1),
        outcome -> {
          if (runs.incrementAndGet() == 1) {
            throw new StackOverflowError("deep");
          }
        });
    continuations.complete(DONE);
    tasks.runAll();
    timer.advance(DELAY);
    tasks.runAll();

    assertThat(continuations.stats().succeeded()).isEqualTo(1);
  }

  @Test
  void aRunThatTimedOutIsTriedAgain() {
    Duration second = Duration.ofSeconds(1);
    continuations.addOrRunNow(
        "c",
        retries(1).timeout(second),
        outcome -> {
          if (runs.incrementAndGet() == 1) {
            timer.advance(second);
          }
        });
    continuations.complete(DONE);
    tasks.runAll();
    assertThat(continuations.stats().timedOut()).isEqualTo(1);
    assertThat(continuations.stats().failed()).isZero();

    timer.advance(DELAY);
    tasks.runAll();

    assertThat(runs).hasValue(2);
    assertThat(continuations.stats().succeeded()).isEqualTo(1);
    assertThat(continuations.stats().retried()).isEqualTo(1);
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void oneThatWaitsToBeTriedAgainCanNoLongerBeTakenOff() {
    continuations.addOrRunNow("c", retries(1), failsTimes(1));
    continuations.complete(DONE);
    tasks.runAll();

    assertThat(continuations.remove("c")).isFalse();
    timer.advance(DELAY);
    tasks.runAll();

    assertThat(runs).hasValue(2);
  }

  @Test
  void oneThatComesLateIsTriedAgainToo() {
    continuations.complete(DONE);
    assertThat(continuations.addOrRunNow("c", retries(1), failsTimes(1)))
        .isEqualTo(Registration.RAN_NOW);

    tasks.runAll();
    timer.advance(DELAY);
    tasks.runAll();

    assertThat(continuations.stats().succeeded()).isEqualTo(1);
  }

  @Test
  void onTheRealClockNoTimerThreadRunsIt() {
    List<String> threads = new CopyOnWriteArrayList<>();
    Continuations<String> inline = Continuations.create(Runnable::run);
    inline.addOrRunNow(
        "c",
        ContinuationOptions.defaults().retries(2, Duration.ofMillis(1)),
        outcome -> {
          threads.add(Thread.currentThread().getName());
          throw new IOException("down");
        });

    inline.complete(DONE);

    Eventually.passes(() -> assertThat(inline.stats().failed()).isEqualTo(1));
    assertThat(threads).hasSize(3).startsWith(Thread.currentThread().getName());
    assertThat(threads.subList(1, 3))
        .allSatisfy(
            name ->
                assertThat(name)
                    .startsWith("slipstream")
                    .isNotIn("slipstream-timer", "slipstream-library"));
  }

  @Test
  void anExecutorThatRejectsTheNextTryStrandsNobody() {
    Continuations<String> rejected =
        Continuations.create(
            task -> {
              throw new RejectedExecutionException("full");
            });
    rejected.addOrRunNow(
        "c", ContinuationOptions.defaults().retries(2, Duration.ZERO), failsTimes(2));

    rejected.complete(DONE);

    Eventually.passes(() -> assertThat(rejected.stats().succeeded()).isEqualTo(1));
    assertThat(runs).hasValue(3);
  }

  @Test
  void anExecutorThatRunsATaskAndThenRejectsItDoesNotHaveItRunTwice() {
    Continuations<String> both =
        Continuations.create(
            task -> {
              task.run();
              throw new RejectedExecutionException("full");
            });
    both.addOrRunNow("c", retries(1), failsTimes(1));
    both.addOrRunNow("plain", outcome -> runs.addAndGet(10));
    both.complete(DONE);
    timer.advance(DELAY);

    assertThat(runs).hasValue(12);
    assertThat(both.stats().succeeded()).isEqualTo(2);
  }
}
