package dev.slipstream.internal;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The executor of users' callbacks, round one that may reject: what it rejects runs on {@link
 * Threads#executor()}, so that nobody is left waiting (G8). A task runs exactly once, also if the
 * executor runs it and throws all the same. Only a {@link Resumable} that throws runs again, on the
 * library's threads.
 *
 * <p>An executor may run a task on the calling thread, and a task may lead to the next: beyond a
 * hundred of them on one stack, tasks go to the library's threads whatever the executor.
 *
 * <p>A caller may be at the end of its stack. So a rejected task is not handed to an executor here,
 * but to the library's pool, by a push onto a stack without a lock; a thread of the pool hands it
 * on. Only if there is no thread at all the task runs here, unless it was the stack that ended.
 */
public class FallbackExecutor implements Executor {
  private static final int MOST_NESTED = 100;
  private static final int MOST_RESUMED = 10;
  private static final long RETRY_MILLIS = 10;

  /** An array, since a class of the library's would keep its loader in users' threads. */
  private static final ThreadLocal<int[]> NESTED = ThreadLocal.withInitial(() -> new int[1]);

  private final Executor delegate;

  /**
   * Returns an executor that runs what another rejects.
   *
   * @param executor runs the tasks, or rejects them
   * @return the executor itself, if it is one of these
   */
  public static FallbackExecutor of(Executor executor) {
    return executor instanceof FallbackExecutor present ? present : new FallbackExecutor(executor);
  }

  /**
   * Makes an executor.
   *
   * @param delegate runs the tasks, or rejects them
   */
  public FallbackExecutor(Executor delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
    Objects.requireNonNull(Threads.library()); // loaded now, not at the end of somebody's stack
  }

  /**
   * Runs a task, once: by the delegate or in its place.
   *
   * @param task what to run
   * @throws StackOverflowError if the stack has no room to hand the task over; it runs once then,
   *     or not at all
   */
  @Override
  public void execute(Runnable task) {
    Once once = new Once(task);
    int[] nested = NESTED.get();
    if (nested[0] >= MOST_NESTED) {
      handOver(once, null);
      return;
    }
    Throwable rejection = null;
    nested[0]++;
    try {
      delegate.execute(once);
    } catch (RuntimeException | Error e) {
      rejection = e;
    } finally {
      nested[0]--;
    }
    if (rejection != null && !once.hasBegun()) {
      handOver(once, rejection);
    }
  }

  /**
   * Runs a task on the calling thread, or later if that thread has other things to do first.
   *
   * @param task what to run
   */
  public void executeByCaller(Resumable task) {
    new Once(task).run();
  }

  private static void handOver(Once task, @Nullable Throwable rejection) {
    HandOver handOver = new HandOver(task);
    if (isEndOfStack(rejection)) {
      Threads.runSoonOnLibrary(handOver);
      return;
    }
    try {
      Threads.library().execute(handOver);
    } catch (RuntimeException | Error noThread) {
      if (isEndOfStack(noThread)) {
        throw noThread;
      }
      task.run();
    }
  }

  /** The JDK makes an InternalError of a stack that ends while it links a lambda. */
  private static boolean isEndOfStack(@Nullable Throwable thrown) {
    return thrown instanceof StackOverflowError || thrown instanceof InternalError;
  }

  /** Hands a task to the threads of users' code, from a stack that has room. */
  private record HandOver(Once task) implements Runnable {
    @Override
    public void run() {
      try {
        Threads.executor().execute(task);
      } catch (RuntimeException | Error noThread) {
        retry();
      }
    }

    private void retry() {
      try {
        Threads.timer().schedule(this, RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RuntimeException | Error noTimer) {
        task.run();
      }
    }
  }

  /** A task that runs once, unless it is a {@link Resumable} and was cut short. */
  private static final class Once implements Runnable {
    private static final AtomicIntegerFieldUpdater<Once> BEGUN =
        AtomicIntegerFieldUpdater.newUpdater(Once.class, "begun");

    private final Runnable task;

    /** 1 from when it runs; 0 again when it is to run once more. */
    private volatile int begun;

    /** How often it threw. Of the thread that runs it. */
    private int failures;

    Once(Runnable task) {
      this.task = Objects.requireNonNull(task, "task");
    }

    boolean hasBegun() {
      return begun != 0;
    }

    @Override
    public void run() {
      if (BEGUN.compareAndSet(this, 0, 1)) {
        try {
          task.run();
        } catch (Throwable e) {
          boolean resumes = task instanceof Resumable && ++failures <= MOST_RESUMED;
          if (resumes) {
            begun =
                0; // without a call, for want of stack: the executor hands it over if this fails
            handOver(this, e);
          } else {
            Once.<RuntimeException>rethrow(e);
          }
        }
      }
    }

    @SuppressWarnings("unchecked") // an unchecked one, which run() has thrown
    private static <X extends Throwable> void rethrow(Throwable thrown) throws X {
      throw (X) thrown;
    }
  }
}
