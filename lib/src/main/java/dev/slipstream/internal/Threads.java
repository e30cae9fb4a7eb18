package dev.slipstream.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that all caches share. They are daemons, inherit nothing from the threads that start
 * them, and end when they have been idle for some seconds, so that the library's class loader can
 * be collected after the last cache.
 */
public final class Threads {
  private static final TimerThread TIMER = new TimerThread(TimeUnit.SECONDS.toNanos(4));
  private static final Executor LIBRARY = Threads::runOnLibrary;
  private static final Executor EXECUTOR = create();
  private static final Executor CALLBACKS = new FallbackExecutor(EXECUTOR);

  private Threads() {}

  /**
   * Returns the timer. Its tasks run on {@link #library()}.
   *
   * @return the one timer
   */
  public static Timer timer() {
    return TIMER;
  }

  /**
   * Returns the executor of users' code, unless they name another: a virtual thread for each task
   * where the JDK has them, else a cached pool. Never the common pool, which on a machine with two
   * cores has one thread.
   *
   * @return an executor that throws if no thread can be started
   */
  public static Executor executor() {
    return EXECUTOR;
  }

  /**
   * Returns the executor of users' code that nobody else is to run, and that must run: {@link
   * #executor()}, and later if no thread can be started.
   *
   * @return an executor that does not reject
   */
  public static Executor callbacks() {
    return CALLBACKS;
  }

  /**
   * Returns the executor of the library's own quick work: it needs no virtual thread's carrier, and
   * a task that is stuck holds up no other for long.
   *
   * @return an executor of platform threads that throws if no thread can be started
   */
  public static Executor library() {
    return LIBRARY;
  }

  /**
   * Returns a daemon thread that inherits nothing from the caller's, for users' code.
   *
   * @param name what it is called
   * @param task what it runs
   * @return a thread that is not started
   */
  public static Thread newDaemon(String name, Runnable task) {
    Thread thread = DaemonThreads.create(name, task);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    return thread;
  }

  private static void runOnLibrary(Runnable task) {
    TIMER.schedule(task, 0, TimeUnit.NANOSECONDS);
  }

  /** Has a task run on {@link #library()}, as soon as a thread can be had. */
  static void runSoonOnLibrary(Runnable task) {
    TIMER.runSoon(task);
  }

  private static Executor create() {
    try {
      return virtualThreads() instanceof ThreadFactory threads
          ? VirtualThreads.ready(threads)
          : new CachedPool();
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return new CachedPool();
    }
  }

  private static Object virtualThreads()
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    Method ofVirtual = Thread.class.getMethod("ofVirtual");
    Class<?> builder = ofVirtual.getReturnType();
    Object named =
        builder.getMethod("name", String.class).invoke(ofVirtual.invoke(null), "slipstream");
    Object isolated =
        builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(named, false);
    return builder.getMethod("factory").invoke(isolated);
  }
}
