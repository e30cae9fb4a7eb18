package dev.slipstream.internal;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Eventually;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The one thread that keeps the time: what it runs, what it keeps, and how it ends. */
class TimerThreadTest {
  private static final long SOON = MILLISECONDS.toNanos(20);

  private final TimerThread timer = new TimerThread(SOON);
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void tasksRunOnceEachAtTheirTimes() {
    ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
    for (int i = 4; i >= 0; i--) {
      int number = i;
      timer.schedule(() -> order.add(number), 40L * i, MILLISECONDS);
    }
    Eventually.passes(() -> assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4));
    // a slow pool may run two that are due at once, and a quick one the last before it is let go
    Eventually.until("it keeps none", () -> timer.size() == 0);
  }

  @Test
  void anEarlierTaskWakesTheThreadThatSleepsForALaterOne() {
    TimerThread sleepy = new TimerThread(HOURS.toNanos(1));
    CompletableFuture<String> early = new CompletableFuture<>();
    Timer.Handle late = sleepy.schedule(runs::incrementAndGet, 1, HOURS);
    Eventually.until("it has seen that", () -> sleepy.size() == 1 && sleepy.isRunning());

    sleepy.schedule(() -> early.complete(Thread.currentThread().getName()), 1, MILLISECONDS);

    assertThat(Eventually.value(early)).isEqualTo("slipstream-library");
    late.cancel();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aCancelledTaskDoesNotRunAndIsNotKept() {
    Object held = new Object();
    WeakReference<Object> reference = new WeakReference<>(held);
    Timer.Handle handle = timer.schedule(keeping(held), 1, HOURS);
    held = null;

    handle.cancel();
    handle.cancel();

    Eventually.collects("what the task kept", () -> reference.get() == null);
    assertThat(runs).hasValue(0);
  }

  private Runnable keeping(Object held) {
    return () -> runs.addAndGet(held.hashCode());
  }

  @Test
  void aTaskThatHasRunIsNotKeptByItsHandle() {
    Object held = new Object();
    WeakReference<Object> reference = new WeakReference<>(held);
    Timer.Handle handle = timer.schedule(keeping(held), 0, NANOSECONDS);
    held = null;

    Eventually.collects("what the task kept", () -> reference.get() == null);
    handle.cancel(); // and the handle was there until here
  }

  @Test
  void cancelledTasksDoNotPileUp() {
    int most = 0;
    List<Timer.Handle> live = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      live.add(timer.schedule(runs::incrementAndGet, 1, HOURS));
    }
    for (int i = 0; i < 200_000; i++) {
      timer.schedule(runs::incrementAndGet, 1, HOURS).cancel();
      if (i % 1_000 == 0) {
        Eventually.until(
            "the cancelled are dropped",
            () -> timer.size() <= 100 + TimerThread.MOST_CANCELLED + 1_000);
      }
      most = Math.max(most, timer.size());
    }
    assertThat(most).isLessThan(10_000);
    Eventually.until("they are", () -> timer.size() <= 100 + TimerThread.MOST_CANCELLED);
    live.forEach(Timer.Handle::cancel);
  }

  @Test
  void theLongestDelayIsAllowedAndOneThatIsOverIsNone() {
    Timer.Handle never = timer.schedule(runs::incrementAndGet, Long.MAX_VALUE, HOURS);
    CountDownLatch ran = new CountDownLatch(1);

    timer.schedule(ran::countDown, -5, HOURS);

    Eventually.opens(ran);
    assertThat(runs).hasValue(0);
    never.cancel();
  }

  @Test
  void aTaskThatThrowsHarmsNoOther() {
    CountDownLatch ran = new CountDownLatch(1);
    timer.schedule(TimerThreadTest::overflow, 0, NANOSECONDS);
    timer.schedule(ran::countDown, 1, MILLISECONDS);
    Eventually.opens(ran);
  }

  @Test
  void aResumableTaskThatThrowsRunsAgainAndAnotherDoesNot() {
    CountDownLatch resumed = new CountDownLatch(3);
    timer.schedule(
        (Resumable)
            () -> {
              resumed.countDown();
              if (resumed.getCount() > 0) {
                throw new OutOfMemoryError("a task was cut short");
              }
            },
        0,
        NANOSECONDS);
    timer.schedule(
        () -> {
          runs.incrementAndGet();
          throw new IllegalStateException("a task failed");
        },
        0,
        NANOSECONDS);
    Eventually.opens(resumed);
    Eventually.until(
        "the other has run, and nothing is left", () -> runs.get() > 0 && timer.size() == 0);
    assertThat(runs).hasValue(1);
  }

  private static void overflow() {
    overflow();
    overflow();
  }

  @Test
  void aTaskThatIsStuckHoldsUpNoOther() {
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < 20; i++) {
      timer.schedule(() -> Eventually.opens(release), 0, NANOSECONDS);
    }
    CountDownLatch ran = new CountDownLatch(1);

    timer.schedule(ran::countDown, 1, MILLISECONDS);

    Eventually.opens(ran);
    release.countDown();
  }

  @Test
  void aMillionTasksAtOnceNeedFewThreads() {
    int tasks = 1_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      timer.schedule(
          () -> {
            if (runs.incrementAndGet() % 1_000 == 0) {
              synchronized (threads) {
                threads.add(Thread.currentThread());
              }
            }
          },
          200,
          MILLISECONDS);
    }
    Eventually.until("all have run", () -> runs.get() == tasks);
    synchronized (threads) {
      assertThat(threads.stream().distinct()).hasSizeLessThan(20);
    }
  }

  @Test
  void theThreadEndsWhenThereIsNothingToDoAndStartsAgain() {
    for (int i = 1; i <= 3; i++) {
      timer.schedule(runs::incrementAndGet, 0, NANOSECONDS);
      int expected = i;
      Eventually.until("the task has run", () -> runs.get() == expected);
      Eventually.until("the thread has ended", () -> !timer.isRunning());
    }
  }

  @Test
  void theThreadEndsThoughCancelledTasksWereLeft() {
    IntStream.range(0, 100)
        .mapToObj(i -> timer.schedule(runs::incrementAndGet, 1, HOURS))
        .toList()
        .forEach(Timer.Handle::cancel);
    Eventually.until("they are dropped", () -> timer.size() == 0);
    Eventually.until("the thread has ended", () -> !timer.isRunning());
  }

  @Test
  void aTaskThatIsScheduledJustWhenTheThreadEndsIsNotLost() {
    TimerThread hasty = new TimerThread(0); // ends as soon as there is nothing to do
    for (int i = 0; i < 20_000; i++) {
      CountDownLatch ran = new CountDownLatch(1);
      hasty.schedule(ran::countDown, 0, NANOSECONDS);
      Eventually.opens(ran);
    }
  }

  @Test
  void aTaskThatIsScheduledJustWhenTheThreadGoesToSleepIsNotLate() {
    TimerThread sleepy = new TimerThread(HOURS.toNanos(1));
    for (int i = 0; i < 20_000; i++) {
      CountDownLatch ran = new CountDownLatch(1);
      sleepy.schedule(ran::countDown, 0, NANOSECONDS);
      Eventually.opens(ran);
    }
  }

  @Test
  void tasksFromManyThreadsAreNotLostWhileTheThreadComesAndGoes() throws Exception {
    TimerThread hasty = new TimerThread(0);
    int each = 20_000;
    List<Thread> schedulers =
        IntStream.range(0, 3)
            .mapToObj(
                n ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            hasty.schedule(runs::incrementAndGet, i % 50, NANOSECONDS);
                          }
                        }))
            .toList();
    schedulers.forEach(Thread::start);
    for (Thread scheduler : schedulers) {
      scheduler.join();
    }
    Eventually.until("all have run", () -> runs.get() == 3 * each);
    Eventually.until("the thread has ended", () -> !hasty.isRunning());
  }

  @Test
  void nothingIsScheduledForANullTask() {
    assertThatNullPointerException()
        .isThrownBy(() -> timer.schedule(null, 1, HOURS))
        .withMessage("task");
  }
}
