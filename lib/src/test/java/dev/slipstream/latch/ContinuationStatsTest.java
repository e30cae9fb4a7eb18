package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The counts say what became of each continuation, and they balance. */
class ContinuationStatsTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");

  @RegisterExtension final LogCapture log = new LogCapture();

  private final ManualExecutor tasks = new ManualExecutor();
  private final Continuations<String> job = Continuations.create(tasks);

  private static String counts(ContinuationStats stats) {
    return stats.toString().replaceAll(", totalDuration.*", "").replaceAll("\\w+=0(, )?", "");
  }

  @Test
  void atFirstThereIsNothing() {
    assertThat(counts(job.stats())).isEqualTo("ContinuationStats[");
    assertThat(job.stats().totalDuration()).isEqualTo(Duration.ZERO);
    assertThat(job.stats().longestDuration()).isEqualTo(Duration.ZERO);
  }

  @Test
  void eachIsCountedOnceByWhatBecameOfIt() {
    job.addOrRunNow("replaced", outcome -> {});
    job.addOrRunNow("replaced", outcome -> {});
    job.addOrThrowIfCompleted("removed", outcome -> {});
    job.addOrRunNow("filtered", ContinuationOptions.defaults().onlyOnFailure(), outcome -> {});
    job.addOrRunNow(
        "throws",
        outcome -> {
          throw new IOException("a continuation's own");
        });
    job.remove("removed");
    job.remove("never was");
    assertThat(counts(job.stats()))
        .isEqualTo("ContinuationStats[registered=5, waiting=3, replaced=1, removed=1, ");

    job.complete(DONE);
    job.complete(DONE);
    job.remove("throws");
    job.addOrRunNow("late", outcome -> {});
    assertThat(counts(job.stats()))
        .isEqualTo("ContinuationStats[registered=6, replaced=1, removed=1, filtered=1, fired=3, ");

    tasks.runAll();
    assertThat(counts(job.stats()))
        .isEqualTo(
            "ContinuationStats[registered=6, replaced=1, removed=1, filtered=1, fired=3,"
                + " succeeded=2, failed=1, ");
  }

  @Test
  void aContinuationThatWasRefusedAsLateIsNotCounted() {
    job.complete(DONE);
    CompletableFuture<Registration> refused =
        CompletableFuture.supplyAsync(
            () -> job.addOrThrowIfCompleted("late", outcome -> {}), Runnable::run);

    assertThat(Eventually.failure(refused)).hasCauseInstanceOf(AlreadyCompletedException.class);
    assertThat(job.stats().registered()).isZero();
  }

  @Test
  void theDurationsAreThoseOfTheRuns() {
    long[] took = new long[2];
    for (int i = 0; i < 2; i++) {
      int run = i;
      job.addOrRunNow(
          "c" + i,
          outcome -> {
            long start = System.nanoTime();
            long atLeast = TimeUnit.MILLISECONDS.toNanos(run + 1);
            while (System.nanoTime() - start < atLeast) {
              Thread.onSpinWait();
            }
            took[run] = System.nanoTime() - start;
          });
    }
    job.complete(DONE);
    long start = System.nanoTime();
    tasks.runAll();
    long all = System.nanoTime() - start;

    ContinuationStats stats = job.stats();
    assertThat(stats.totalDuration().toNanos()).isBetween(took[0] + took[1], all);
    assertThat(stats.longestDuration().toNanos()).isBetween(Math.max(took[0], took[1]), all);
    assertThat(stats.longestDuration()).isLessThan(stats.totalDuration());
  }

  @Test
  void aFailedRunAndItsRetryBothTakeTime() {
    FakeTimer timer = new FakeTimer();
    job.addOrRunNow(
        "c",
        ContinuationOptions.defaults().retries(1, Duration.ofHours(1)).timer(timer),
        outcome -> {
          long start = System.nanoTime();
          while (System.nanoTime() - start < 1_000) {
            Thread.onSpinWait();
          }
          throw new IOException("a continuation's own");
        });
    job.complete(DONE);
    tasks.runAll();
    Duration first = job.stats().totalDuration();
    assertThat(first).isPositive();

    timer.advance(Duration.ofHours(1));
    tasks.runAll();

    assertThat(job.stats().totalDuration()).isGreaterThan(first).isLessThan(Duration.ofHours(1));
  }

  /**
   * Threads register, remove and complete at random, with and without options, over one queue. Each
   * thread counts what it got; afterwards the counts of the jobs say the same.
   */
  @Test
  void theyBalanceAfterARandomStorm() {
    int threads = 4;
    ExecutorService pool = Executors.newCachedThreadPool();
    ContinuationQueue refusing = ContinuationQueue.create(20, 2, OverflowPolicy.REFUSE);
    ContinuationQueue dropping = ContinuationQueue.create(3, 1, OverflowPolicy.DROP);
    ContinuationQueue calling = ContinuationQueue.create(2, 1, OverflowPolicy.CALLER_RUNS);
    List<ContinuationOptions> kinds =
        List.of(
            ContinuationOptions.defaults(),
            ContinuationOptions.defaults().onlyOnSuccess().queue(refusing),
            ContinuationOptions.defaults().onlyOnFailure().queue(refusing),
            ContinuationOptions.defaults().queue(refusing).retries(1, Duration.ZERO),
            ContinuationOptions.defaults().queue(dropping),
            ContinuationOptions.defaults().queue(calling).timeout(Duration.ofSeconds(30)));
    List<Continuations<String>> jobs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      jobs.add(Continuations.create(i % 3 == 0 ? Runnable::run : pool));
    }
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    AtomicInteger replaced = new AtomicInteger();
    AtomicInteger removed = new AtomicInteger();
    AtomicInteger ends = new AtomicInteger();
    List<Future<?>> parties = new ArrayList<>();
    for (int party = 0; party < threads; party++) {
      SplittableRandom random = new SplittableRandom(party);
      parties.add(
          pool.submit(
              () -> {
                for (Continuations<String> each : jobs) {
                  for (int step = 0; step < 20; step++) {
                    String name = "c" + random.nextInt(5);
                    int choice = random.nextInt(20);
                    if (choice == 0) {
                      each.complete(random.nextBoolean() ? DONE : new Outcome.Abandoned<>());
                    } else if (choice < 6) {
                      removed.addAndGet(each.remove(name) ? 1 : 0);
                    } else {
                      ContinuationOptions options = kinds.get(random.nextInt(kinds.size()));
                      boolean fails = random.nextInt(10) == 0;
                      try {
                        Registration registration =
                            each.addOrRunNow(
                                name,
                                options,
                                outcome -> {
                                  ends.incrementAndGet();
                                  if (fails) {
                                    throw new IOException("a continuation's own");
                                  }
                                });
                        accepted.incrementAndGet();
                        replaced.addAndGet(registration == Registration.REPLACED ? 1 : 0);
                      } catch (ContinuationRefusedException e) {
                        refused.incrementAndGet();
                      }
                    }
                  }
                  each.complete(DONE);
                }
              }));
    }
    parties.forEach(Eventually::value);
    Eventually.passes(
        () ->
            assertThat(jobs)
                .map(Continuations::stats)
                .allMatch(stats -> stats.fired() == stats.succeeded() + stats.failed()));
    pool.shutdown();

    long[] sums = new long[8];
    for (Continuations<String> each : jobs) {
      ContinuationStats stats = each.stats();
      assertThat(stats.waiting()).isZero();
      sums[0] += stats.registered();
      sums[1] += stats.refused();
      sums[2] += stats.replaced();
      sums[3] += stats.removed();
      sums[4] += stats.fired() + stats.retried();
      sums[5] += stats.dropped();
      sums[6] += stats.filtered();
    }
    assertThat(sums[0]).isEqualTo(accepted.get());
    assertThat(sums[1]).isEqualTo(refused.get());
    assertThat(sums[2]).isEqualTo(replaced.get());
    assertThat(sums[3]).isEqualTo(removed.get());
    assertThat(sums[4]).as("each run was counted").isEqualTo(ends.get());
    for (ContinuationQueue queue : List.of(refusing, dropping, calling)) {
      Eventually.passes(() -> assertThat(queue.size()).isZero());
      assertThat(queue.runningCount()).isZero();
    }
    assertThat(dropping.overflowCount()).isEqualTo(sums[5]);
    assertThat(refusing.overflowCount()).isEqualTo(sums[1]);
    assertThat(sums[6]).as("some were filtered out").isPositive();
  }
}
