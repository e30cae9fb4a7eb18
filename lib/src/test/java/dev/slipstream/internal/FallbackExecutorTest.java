package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a user's executor rejects runs all the same: once, and on a stack that has room. */
class FallbackExecutorTest {
  private final AtomicInteger runs = new AtomicInteger();

  private static Executor rejecting(Error error) {
    return new FallbackExecutor(
        task -> {
          throw error;
        });
  }

  @Test
  void aRejectedTaskRunsOnAnotherThread() {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    Executor executor =
        new FallbackExecutor(
            task -> {
              throw new RejectedExecutionException("full");
            });

    executor.execute(() -> ran.complete(Thread.currentThread()));

    assertThat(Eventually.value(ran))
        .isNotSameAs(Thread.currentThread())
        .extracting(Thread::getName)
        .isNotEqualTo("slipstream-library");
  }

  @Test
  void aTaskWhoseExecutorHasNoThreadRunsOnAnotherThread() {
    CompletableFuture<Thread> ran = new CompletableFuture<>();

    rejecting(new OutOfMemoryError("unable to create native thread"))
        .execute(() -> ran.complete(Thread.currentThread()));

    assertThat(Eventually.value(ran)).isNotSameAs(Thread.currentThread());
  }

  @Test
  void anExecutorThatRunsATaskAndThenRejectsItDoesNotHaveItRunTwice() {
    Executor executor =
        new FallbackExecutor(
            task -> {
              task.run();
              task.run();
              throw new RejectedExecutionException("full");
            });
    CountDownLatch ran = new CountDownLatch(1);

    executor.execute(runs::incrementAndGet);
    Threads.library().execute(ran::countDown);

    Eventually.opens(ran);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aStackThatOverflowsInTheExecutorLosesNoTaskAndStopsNoTimer() throws Exception {
    Executor sameThread = new FallbackExecutor(Runnable::run);
    Executor pool = new FallbackExecutor(new CachedPool());
    for (int i = 0; i < 20; i++) {
      Descent descent = new Descent(i % 2 == 0 ? sameThread : pool);
      Thread deep = new Thread(null, descent, "deep", 256 * 1024);
      deep.start();
      deep.join();

      Eventually.until(
          "what was handed over has run",
          () -> descent.handedOver.stream().allMatch(task -> task.get() > 0));
      assertThat(descent.all).allMatch(task -> task.get() <= 1);
      assertThat(descent.handedOver).isNotEmpty();
    }
    CountDownLatch ran = new CountDownLatch(1);
    Threads.timer().schedule(ran::countDown, 1, TimeUnit.MILLISECONDS);
    Eventually.opens(ran);
  }

  /**
   * A task like the library's own: one that the stack cut short before it did anything runs again.
   * No lambda: to link one takes more stack than there is.
   */
  private static final class Counter extends AtomicInteger implements Resumable {
    private static final long serialVersionUID = 1L;

    @Override
    public void run() {
      incrementAndGet();
    }
  }

  /** Goes down until the stack ends, and executes a task in each frame on the way back up. */
  private static final class Descent implements Runnable {
    final Queue<AtomicInteger> all = new ConcurrentLinkedQueue<>();
    final Queue<AtomicInteger> handedOver = new ConcurrentLinkedQueue<>();
    private final Executor executor;

    Descent(Executor executor) {
      this.executor = executor;
    }

    @Override
    public void run() {
      try {
        run();
      } catch (StackOverflowError e) {
        // as far down as that
      }
      try {
        Counter counter = new Counter();
        all.add(counter);
        executor.execute(counter);
        handedOver.add(counter);
      } catch (StackOverflowError e) {
        // there was no room to hand it over: it runs once, or not at all
      }
    }
  }

  @Test
  void aLongChainOnTheCallersThreadIsNoDeepStack() {
    Executor executor = new FallbackExecutor(Runnable::run);
    CompletableFuture<Void> end = new CompletableFuture<>();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();

    chain(executor, 100_000, threads, end);

    Eventually.value(end);
    assertThat(threads).contains(Thread.currentThread());
  }

  private void chain(
      Executor executor, int left, Set<Thread> threads, CompletableFuture<Void> end) {
    threads.add(Thread.currentThread());
    if (left == 0) {
      end.complete(null);
    } else {
      executor.execute(() -> chain(executor, left - 1, threads, end));
    }
  }

  @Test
  void aHundredNestedTasksRunOnTheCallersThread() {
    Executor executor = new FallbackExecutor(Runnable::run);
    CompletableFuture<Void> end = new CompletableFuture<>();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();

    chain(executor, 100, threads, end);

    assertThat(end).isDone();
    assertThat(threads).containsExactly(Thread.currentThread());
  }
}
