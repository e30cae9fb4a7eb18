package dev.slipstream.latch;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The package's own daemon threads, made when they are needed: a pool, for what an executor
 * rejected and for what is due, and one timer, which only hands what is due to the pool.
 */
final class Background {
  private static final long KEEP_ALIVE_SECONDS = 10;

  private Background() {}

  /** Runs a task on the pool; if that cannot start a thread, here: nobody is stranded. */
  static void execute(Runnable task) {
    try {
      Pool.INSTANCE.execute(task);
    } catch (RuntimeException | Error exhausted) {
      task.run();
    }
  }

  /** Runs a task on the pool after a delay on the wall clock. */
  static Future<?> schedule(Runnable task, Duration delay) {
    return Timer.INSTANCE.schedule(
        () -> Pool.INSTANCE.execute(task), saturatedNanos(delay), TimeUnit.NANOSECONDS);
  }

  private static long saturatedNanos(Duration delay) {
    try {
      return delay.toNanos();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      thread.setContextClassLoader(null); // not the one of whoever came first
      return thread;
    };
  }

  private static final class Pool {
    static final Executor INSTANCE =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_ALIVE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons("slipstream-continuation"));
  }

  private static final class Timer {
    static final ScheduledThreadPoolExecutor INSTANCE = create();

    private static ScheduledThreadPoolExecutor create() {
      ScheduledThreadPoolExecutor timer =
          new ScheduledThreadPoolExecutor(1, daemons("slipstream-continuation-timer"));
      timer.setRemoveOnCancelPolicy(true);
      return timer;
    }
  }
}
