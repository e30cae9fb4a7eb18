package dev.slipstream.redis;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The module's own threads, where stages complete and listeners are notified: virtual ones where
 * the JDK has them, else daemon threads that come and go. Lettuce's threads only hand over.
 */
final class RedisThreads {
  private static final long KEEP_ALIVE_SECONDS = 10;
  private static final Executor POOL = newPool();

  private RedisThreads() {}

  static Executor pool() {
    return POOL;
  }

  static void execute(Runnable task) {
    try {
      POOL.execute(task);
    } catch (RuntimeException | Error refused) {
      task.run();
    }
  }

  static void executeLater(Runnable task, long millis) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, POOL).execute(task);
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
          task -> {
            Thread thread = new Thread(null, task, "slipstream-redis", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
          });
    }
  }
}
