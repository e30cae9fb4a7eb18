package dev.slipstream;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The executor that all caches share unless they are given one: a virtual thread for each task
 * where the JDK has them, else a cached pool of daemon threads. Never the common pool, which on a
 * machine with two cores has one thread.
 */
final class DefaultExecutor {
  private static final long KEEP_ALIVE_SECONDS = 30;

  private DefaultExecutor() {}

  static Executor get() {
    return Holder.INSTANCE;
  }

  private static Executor create() {
    try {
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return cachedPool();
    }
  }

  private static Executor cachedPool() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "slipstream-" + number.incrementAndGet());
          thread.setDaemon(true);
          thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
          return thread;
        });
  }

  private static final class Holder {
    static final Executor INSTANCE = create();
  }
}
