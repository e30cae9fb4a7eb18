package dev.slipstream.watch;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The library's own threads for watching, shared by all hubs and awaiters and started when first
 * needed: a pool, of virtual threads where the JDK has them and of daemon threads elsewhere, and
 * one daemon thread that only keeps the time.
 */
final class WatchThreads {
  private static final long KEEP_ALIVE_SECONDS = 30;

  private WatchThreads() {}

  /** Returns the pool. */
  static Executor pool() {
    return Pool.INSTANCE;
  }

  /** Returns an executor that does itself what the given one rejects: nobody is stranded. */
  static Executor safe(Executor executor) {
    return task -> {
      try {
        executor.execute(task);
      } catch (RuntimeException | Error rejected) {
        executeOnPool(task);
      }
    };
  }

  /** Runs the task on the pool after a time, unless it is cancelled before. */
  static Future<?> schedule(Runnable task, long millis) {
    return Clock.INSTANCE.schedule(() -> executeOnPool(task), millis, TimeUnit.MILLISECONDS);
  }

  private static void executeOnPool(Runnable task) {
    try {
      pool().execute(task);
    } catch (RuntimeException | Error exhausted) {
      task.run();
    }
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
          daemons("slipstream-watch", ClassLoader.getSystemClassLoader()));
    }
  }

  private static ScheduledThreadPoolExecutor newClock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, daemons("slipstream-watch-timer", null));
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  private static ThreadFactory daemons(String name, @Nullable ClassLoader classLoader) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      thread.setContextClassLoader(classLoader); // not the one of whoever came first
      return thread;
    };
  }

  private static final class Pool {
    static final Executor INSTANCE = newPool();
  }

  private static final class Clock {
    static final ScheduledThreadPoolExecutor INSTANCE = newClock();
  }
}
