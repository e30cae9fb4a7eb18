package dev.slipstream.redis;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
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
      return virtualThreads();
    } catch (ReflectiveOperationException e) { // before JDK 21
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

  /** Virtual threads that keep nothing of the thread that starts them. */
  private static Executor virtualThreads() throws ReflectiveOperationException {
    Method ofVirtual = Thread.class.getMethod("ofVirtual");
    Class<?> builder = ofVirtual.getReturnType();
    Object named =
        builder.getMethod("name", String.class).invoke(ofVirtual.invoke(null), "slipstream-redis");
    Object plain =
        builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(named, false);
    ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(plain);
    return (Executor)
        Executors.class
            .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
            .invoke(null, factory);
  }
}
