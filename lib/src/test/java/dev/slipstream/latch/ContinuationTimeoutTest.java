package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.Race;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A run that takes too long has its thread interrupted, and nothing else that this thread does. */
class ContinuationTimeoutTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");
  private static final Duration SECOND = Duration.ofSeconds(1);

  @RegisterExtension final LogCapture log = new LogCapture();

  private final FakeTimer timer = new FakeTimer();
  private final ContinuationOptions options =
      ContinuationOptions.defaults().timeout(SECOND).timer(timer);
  private final Continuations<String> inline = Continuations.create(Runnable::run);

  @AfterEach
  void theFlagIsClear() {
    assertThat(Thread.interrupted()).as("an interrupt was left behind").isFalse();
  }

  @Test
  void aRunThatTakesTooLongIsInterruptedAndCounted() {
    ExecutorService pool = Executors.newCachedThreadPool();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<InterruptedException> interrupt = new CompletableFuture<>();
    Continuations<String> pooled = Continuations.create(pool, "job 7");
    pooled.addOrRunNow(
        "slow",
        options,
        outcome -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupt.complete(e);
            throw e;
          }
        });
    pooled.complete(DONE);
    Eventually.opens(begun);

    timer.advance(SECOND.minusNanos(1));
    assertThat(pooled.stats().timedOut()).isZero();
    assertThat(interrupt).isNotDone();
    timer.advance(Duration.ofNanos(1));

    InterruptedException thrown = Eventually.value(interrupt);
    Eventually.passes(() -> assertThat(log.warnings()).hasSize(1));
    ILoggingEvent warning = log.warnings().get(0);
    assertThat(warning.getFormattedMessage()).contains("slow", "job 7", "timeout");
    assertThat(LogCapture.thrown(warning)).isSameAs(thrown);
    ContinuationStats stats = pooled.stats();
    assertThat(stats.timedOut()).isEqualTo(1);
    assertThat(stats.failed()).isEqualTo(1);
    assertThat(stats.succeeded()).isZero();
    pool.shutdown();
  }

  @Test
  void theTimeoutCountsFromTheStartOfTheRunNotOfTheWait() {
    ManualExecutor tasks = new ManualExecutor();
    Continuations<String> queued = Continuations.create(tasks);
    queued.addOrRunNow("c", options, outcome -> {});
    timer.advance(SECOND.multipliedBy(5));
    queued.complete(DONE);
    timer.advance(SECOND.multipliedBy(5));

    tasks.runAll();

    assertThat(queued.stats().succeeded()).isEqualTo(1);
    assertThat(queued.stats().timedOut()).isZero();
  }

  @Test
  void aRunThatIsInTimeLeavesNoClockBehind() {
    inline.addOrRunNow("c", options, outcome -> assertThat(timer.size()).isEqualTo(1));

    inline.complete(DONE);

    assertThat(inline.stats().succeeded()).isEqualTo(1);
    assertThat(timer.size()).isZero();
  }

  @Test
  void oneThatReturnsAfterItsTimeoutHasFailedAllTheSame() {
    inline.addOrRunNow("c", options, outcome -> timer.advance(SECOND));

    inline.complete(DONE);

    assertThat(inline.stats().timedOut()).isEqualTo(1);
    assertThat(inline.stats().failed()).isEqualTo(1);
    assertThat(inline.stats().succeeded()).isZero();
    assertThat(log.warnings()).hasSize(1);
  }

  @Test
  void anInterruptThatTheContinuationIgnoredIsTakenBack() {
    AtomicBoolean seen = new AtomicBoolean();
    inline.addOrRunNow(
        "c",
        options,
        outcome -> {
          timer.advance(SECOND);
          seen.set(Thread.currentThread().isInterrupted());
        });

    inline.complete(DONE);

    assertThat(seen).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aClockThatRunsOutAfterTheEndReachesNobody() {
    AtomicReference<Runnable> expiry = new AtomicReference<>();
    ContinuationOptions late =
        options.timer(
            (task, delay, unit) -> {
              expiry.set(task);
              return () -> {};
            });
    inline.addOrRunNow("c", late, outcome -> {});
    inline.complete(DONE);

    expiry.get().run();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(inline.stats().timedOut()).isZero();
    assertThat(inline.stats().succeeded()).isEqualTo(1);
  }

  @Test
  void aClockThatRunsOutJustAtTheEndReachesNobody() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        AtomicReference<Runnable> expiry = new AtomicReference<>();
        ContinuationOptions raced =
            options.timer(
                (task, delay, unit) -> {
                  expiry.set(task);
                  return () -> {};
                });
        Continuations<String> job = Continuations.create(Runnable::run);
        job.addOrRunNow("c", raced, outcome -> {});
        race.run(
            () -> job.complete(DONE),
            () -> {
              while (expiry.get() == null) {
                Thread.onSpinWait();
              }
              expiry.get().run();
            });
        assertThat(Thread.interrupted()).as("an interrupt came late").isFalse();
        ContinuationStats stats = job.stats();
        assertThat(stats.timedOut()).isEqualTo(stats.failed());
        assertThat(stats.succeeded() + stats.failed()).isEqualTo(1);
      }
    }
  }

  @Test
  void somebodyElsesInterruptIsKeptForTheOwnerOfTheThread() {
    inline.addOrRunNow(
        "c",
        options.retries(5, Duration.ZERO),
        outcome -> {
          throw new InterruptedException("somebody else's");
        });

    inline.complete(DONE);

    assertThat(Thread.interrupted()).as("kept").isTrue();
    assertThat(timer.size()).as("not tried again").isZero();
    assertThat(inline.stats().failed()).isEqualTo(1);
    assertThat(inline.stats().timedOut()).isZero();
    assertThat(log.warnings()).singleElement().asString().contains("was interrupted");
  }

  @Test
  void aFlagThatAContinuationSetItselfIsNotTouched() {
    inline.addOrRunNow("c", options, outcome -> Thread.currentThread().interrupt());

    inline.complete(DONE);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(inline.stats().succeeded()).isEqualTo(1);
  }

  @Test
  void whileAnInterruptIsBeingSentTheRunDoesNotEnd() {
    CountDownLatch sending = new CountDownLatch(1);
    AtomicBoolean sent = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    AtomicReference<Boolean> flagAfterwards = new AtomicReference<>();
    Thread runner =
        new Thread("runner") {
          @Override
          public void run() {
            inline.complete(DONE);
            ended.set(true);
            Eventually.until("the interrupt is sent", sent::get);
            flagAfterwards.set(isInterrupted());
          }

          @Override
          public void interrupt() {
            sending.countDown();
            Eventually.until(
                "the runner waits, or has ended",
                () -> getState() == Thread.State.BLOCKED || ended.get());
            super.interrupt();
            sent.set(true);
          }
        };
    inline.addOrRunNow("c", options, outcome -> Eventually.opens(sending));
    runner.start();
    Eventually.until("the clock is started", () -> timer.size() == 1);

    timer.advance(SECOND);

    Eventually.until("the runner has ended", () -> !runner.isAlive());
    assertThat(flagAfterwards).hasValue(false);
    assertThat(inline.stats().timedOut()).isEqualTo(1);
  }

  @Test
  void onTheRealClockTheInterruptComesFromNoTimerThread() {
    List<String> interruptedBy = new CopyOnWriteArrayList<>();
    Thread runner =
        new Thread("runner") {
          @Override
          public void run() {
            Continuations<String> job = Continuations.create(Runnable::run);
            job.addOrRunNow(
                "slow",
                ContinuationOptions.defaults().timeout(Duration.ofMillis(1)),
                outcome -> new CountDownLatch(1).await());
            job.complete(DONE);
          }

          @Override
          public void interrupt() {
            interruptedBy.add(Thread.currentThread().getName());
            super.interrupt();
          }
        };
    runner.start();

    Eventually.until("the runner has ended", () -> !runner.isAlive());
    assertThat(interruptedBy).containsExactly("slipstream-library");
    assertThat(log.warnings()).hasSize(1);
  }
}
