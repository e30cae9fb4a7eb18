package dev.slipstream.ledger;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The package's own threads, started when first needed: a pool, of virtual threads where the JDK
 * has them and of daemon threads elsewhere, and one daemon thread that only keeps the time.
 */
final class LedgerThreads {
  private static final long KEEP_ALIVE_SECONDS = 10;

  private LedgerThreads() {}

  static Executor pool() {
    return Pool.INSTANCE;
  }

  /** Runs a task on an executor, or where that is refused, here: nobody is stranded. */
  static void execute(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RuntimeException | Error refused) {
      task.run();
    }
  }

  /** Hands a task to an executor after a time, unless it is cancelled before. */
  static Future<?> schedule(Executor executor, Runnable task, long millis) {
    return Timer.INSTANCE.schedule(() -> execute(executor, task), millis, TimeUnit.MILLISECONDS);
  }

  private static Executor newPool() {
    try {
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          KEEP_ALIVE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          daemons("slipstream-ledger"));
    }
  }

  private static ScheduledThreadPoolExecutor newTimer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, daemons("slipstream-ledger-timer"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(null, task, name, 0, false); // inherits no thread-locals
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      return thread;
    };
  }

  private static final class Pool {
    static final Executor INSTANCE = newPool();
  }

  private static final class Timer {
    static final ScheduledThreadPoolExecutor INSTANCE = newTimer();
  }
}
