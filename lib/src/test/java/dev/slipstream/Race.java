package dev.slipstream;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets two threads do something at the same instant, over and over. */
final class Race implements AutoCloseable {
  private final ExecutorService other =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "race");
            thread.setDaemon(true);
            return thread;
          });

  /** Runs both, one on this thread, and returns when both have returned. */
  void run(Runnable here, Runnable there) {
    AtomicInteger ready = new AtomicInteger();
    Future<?> end =
        other.submit(
            () -> {
              meet(ready);
              there.run();
            });
    meet(ready);
    here.run();
    Eventually.value(end);
  }

  private static void meet(AtomicInteger ready) {
    ready.incrementAndGet();
    while (ready.get() < 2) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    other.shutdownNow();
  }
}
