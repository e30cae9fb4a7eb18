package dev.slipstream.examples;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The threads that wait for connections and run queries; as many as are asked for. */
final class Workers {
  private static final int PATIENCE_SECONDS = 3;

  private Workers() {}

  static ExecutorService start() {
    return Executors.newCachedThreadPool(Workers::daemon);
  }

  /** Makes a thread that does not keep the program alive. */
  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /** Waits until all tasks have run; after a few seconds, interrupts those that have not. */
  static void stop(ExecutorService workers) {
    workers.shutdown();
    try {
      if (workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdownNow();
  }
}
