package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A queue holds so many continuations, of any jobs, and lets so many of them run at once. */
class ContinuationQueueTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");

  private final ManualExecutor tasks = new ManualExecutor();
  private final List<String> ran = new CopyOnWriteArrayList<>();

  private static ContinuationOptions in(ContinuationQueue queue) {
    return ContinuationOptions.defaults().queue(queue);
  }

  private void add(Continuations<String> job, ContinuationQueue queue, String... names) {
    for (String name : names) {
      assertThat(job.addOrRunNow(name, in(queue), outcome -> ran.add(name)))
          .isEqualTo(Registration.ADDED);
    }
  }

  @Test
  void onlySoManyAreHandedOverAsThereAreWorkers() {
    ContinuationQueue queue = ContinuationQueue.create(10, 2, OverflowPolicy.DROP);
    Continuations<String> job = Continuations.create(tasks);
    add(job, queue, "a", "b", "c", "d", "e");
    assertThat(queue.size()).as("a place is taken when the outcome is known").isZero();

    job.complete(DONE);

    assertThat(tasks.size()).isEqualTo(2);
    assertThat(queue.size()).isEqualTo(5);
    assertThat(queue.runningCount()).isEqualTo(2);
    tasks.runNext();
    assertThat(tasks.size()).as("the next took its worker").isEqualTo(2);
    assertThat(queue.size()).isEqualTo(4);
    tasks.runAll();
    assertThat(ran).containsExactly("a", "b", "c", "d", "e");
    assertThat(queue.size()).isZero();
    assertThat(queue.runningCount()).isZero();
    assertThat(queue.overflowCount()).isZero();
  }

  @Test
  void itIsSharedByJobsWhoseExecutorsDiffer() {
    ContinuationQueue queue = ContinuationQueue.create(10, 1, OverflowPolicy.DROP);
    ManualExecutor otherTasks = new ManualExecutor();
    Continuations<String> job = Continuations.create(tasks);
    Continuations<String> other = Continuations.create(otherTasks);
    add(job, queue, "a");
    add(other, queue, "b");
    job.complete(DONE);
    other.complete(DONE);
    assertThat(otherTasks.size()).isZero();

    tasks.runNext();

    assertThat(tasks.size()).isZero();
    assertThat(otherTasks.size()).as("on its own job's executor").isEqualTo(1);
    otherTasks.runNext();
    assertThat(ran).containsExactly("a", "b");
    assertThat(queue.size()).isZero();
  }

  @Test
  void thoseWithoutAQueueDoNotWaitForThoseWithOne() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.DROP);
    Continuations<String> job = Continuations.create(tasks);
    add(job, queue, "queued");
    job.addOrRunNow("free", outcome -> ran.add("free"));

    job.complete(DONE);

    assertThat(tasks.size()).isEqualTo(2);
  }

  @Test
  void oneThatThrowsGivesItsPlaceBack() {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.DROP);
    Continuations<String> job = Continuations.create(tasks);
    job.addOrRunNow(
        "throws",
        in(queue),
        outcome -> {
          throw new IOException("a continuation's own");
        });
    add(job, queue, "next");

    job.complete(DONE);
    tasks.runAll();

    assertThat(ran).containsExactly("next");
    assertThat(queue.size()).isZero();
    assertThat(queue.runningCount()).isZero();
  }

  @Test
  void oneThatWaitsToBeTriedAgainKeepsItsWorker() {
    FakeTimer timer = new FakeTimer();
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.DROP);
    Continuations<String> job = Continuations.create(tasks);
    AtomicInteger runs = new AtomicInteger();
    job.addOrRunNow(
        "tried twice",
        in(queue).retries(1, Duration.ofSeconds(1)).timer(timer),
        outcome -> {
          if (runs.incrementAndGet() == 1) {
            throw new IOException("a continuation's own");
          }
        });
    add(job, queue, "next");
    job.complete(DONE);

    tasks.runAll();
    assertThat(runs).hasValue(1);
    assertThat(ran).isEmpty();
    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.runningCount()).isEqualTo(1);
    timer.advance(Duration.ofSeconds(1));
    tasks.runAll();

    assertThat(runs).hasValue(2);
    assertThat(ran).containsExactly("next");
    assertThat(queue.size()).isZero();
    assertThat(queue.runningCount()).isZero();
  }

  @Test
  void aLongQueueIsNoDeepStack() {
    ContinuationQueue queue = ContinuationQueue.create(200_000, 1, OverflowPolicy.DROP);
    Continuations<String> first = Continuations.create(Runnable::run);
    Continuations<String> many = Continuations.create(Runnable::run);
    AtomicInteger runs = new AtomicInteger();
    for (int i = 0; i < 50_000; i++) {
      many.addOrRunNow("c" + i, in(queue), outcome -> runs.incrementAndGet());
    }
    first.addOrRunNow("first", in(queue), outcome -> many.complete(DONE));

    first.complete(DONE);

    assertThat(runs).hasValue(50_000);
    assertThat(queue.size()).isZero();
    assertThat(queue.runningCount()).isZero();
  }

  @Test
  void anExecutorThatRejectsLosesNoPlace() {
    ContinuationQueue queue = ContinuationQueue.create(5, 1, OverflowPolicy.DROP);
    Continuations<String> job =
        Continuations.create(
            task -> {
              throw new RejectedExecutionException("full");
            });
    add(job, queue, "a", "b", "c");

    job.complete(DONE);

    Eventually.passes(() -> assertThat(queue.size()).isZero());
    assertThat(ran).containsExactly("a", "b", "c");
    assertThat(queue.runningCount()).isZero();
  }

  @Test
  void anExecutorThatRunsATaskAndThenRejectsItGivesNoPlaceBackTwice() {
    ContinuationQueue queue = ContinuationQueue.create(5, 2, OverflowPolicy.DROP);
    Continuations<String> job =
        Continuations.create(
            task -> {
              task.run();
              throw new RejectedExecutionException("full");
            });
    add(job, queue, "a", "b", "c");

    job.complete(DONE);

    assertThat(ran).containsExactly("a", "b", "c");
    assertThat(queue.size()).isZero();
    assertThat(queue.runningCount()).isZero();
  }

  @Test
  void atNoTimeMoreRunThanThereAreWorkers() throws InterruptedException {
    ExecutorService pool = Executors.newCachedThreadPool();
    ContinuationQueue queue = ContinuationQueue.create(1_000, 3, OverflowPolicy.REFUSE);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    for (int i = 0; i < 50; i++) {
      Continuations<String> job = Continuations.create(pool);
      for (int j = 0; j < 10; j++) {
        job.addOrRunNow(
            "c" + j,
            in(queue),
            outcome -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.yield();
              running.decrementAndGet();
              ended.incrementAndGet();
            });
      }
      pool.execute(() -> job.complete(DONE));
    }

    Eventually.passes(() -> assertThat(ended).hasValue(500));
    Eventually.passes(() -> assertThat(queue.size()).isZero());
    assertThat(queue.runningCount()).isZero();
    assertThat(most.get()).isBetween(1, 3);
    pool.shutdown();
  }

  @Test
  void itSaysHowItIs() {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.DROP);
    Continuations<String> job = Continuations.create(tasks);
    add(job, queue, "a", "b", "c");
    job.complete(DONE);

    assertThat(queue)
        .hasToString(
            "ContinuationQueue[2 of 2 places taken, 1 of 1 workers busy, DROP, 1 overflows]");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -1", "1, 2", "0, 0"})
  void itHasAWorkerAndAPlaceForEach(int capacity, int workers) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContinuationQueue.create(capacity, workers, OverflowPolicy.DROP))
        .withMessageContaining("capacity " + capacity)
        .withMessageContaining(workers + " workers");
  }
}
