package dev.slipstream.examples.shared;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Pools of daemon threads that grow as needed. */
public final class Workers {
  private static final int TIMEOUT_SECONDS = 3;

  private Workers() {}

  /**
   * Returns a new pool.
   *
   * @return the pool
   */
  public static ExecutorService start() {
    return Executors.newCachedThreadPool(Workers::daemon);
  }

  /**
   * Returns a new daemon thread: it does not keep the JVM alive.
   *
   * @param task that it runs
   * @return the thread, not started
   */
  public static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Waits until all tasks have run; after three seconds, interrupts those that have not.
   *
   * @param workers the pool
   */
  public static void stop(ExecutorService workers) {
    workers.shutdown();
    try {
      if (workers.awaitTermination(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdownNow();
  }
}
