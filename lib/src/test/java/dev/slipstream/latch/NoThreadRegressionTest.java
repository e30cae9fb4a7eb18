package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.internal.Timer;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * While no thread could be had to keep the time, a continuation with a timeout did not run and a
 * retry did not come, and each kept its place in the queue forever.
 */
class NoThreadRegressionTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");
  private static final Timer EXHAUSTED =
      (task, delay, unit) -> {
        throw new OutOfMemoryError("unable to create native thread");
      };

  @RegisterExtension final LogCapture log = new LogCapture();

  private final ManualExecutor tasks = new ManualExecutor();
  private final Continuations<String> continuations = Continuations.create(tasks, "job 7");
  private final ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.DROP);
  private final AtomicInteger runs = new AtomicInteger();

  private ContinuationOptions options() {
    return ContinuationOptions.defaults().queue(queue).timer(EXHAUSTED);
  }

  @Test
  void aContinuationThatCannotBeTimedRunsWithoutItsTimeout() {
    continuations.addOrRunNow(
        "c", options().timeout(Duration.ofSeconds(1)), outcome -> runs.incrementAndGet());

    continuations.complete(DONE);
    tasks.runAll();

    assertThat(runs).hasValue(1);
    assertThat(continuations.stats().succeeded()).isEqualTo(1);
    assertThat(queue.size()).isZero();
    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("'c' of job 7");
  }

  @Test
  void aRetryThatCannotWaitComesAtOnce() {
    continuations.addOrRunNow(
        "c",
        options().retries(3, Duration.ofHours(1)),
        outcome -> {
          if (runs.incrementAndGet() < 3) {
            throw new IOException("down");
          }
        });

    continuations.complete(DONE);
    tasks.runAll();

    assertThat(runs).hasValue(3);
    assertThat(continuations.stats().succeeded()).isEqualTo(1);
    assertThat(queue.size()).isZero();
    assertThat(queue.runningCount()).isZero();
  }
}
