package dev.slipstream.testing;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs two actions on two threads at the same instant, repeatedly. */
public final class Race implements AutoCloseable {
  private static final int AT_LEAST = 50;
  private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final long start = System.nanoTime();
  private final ExecutorService other =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "race");
            thread.setDaemon(true);
            return thread;
          });

  /** Returns whether to run another round: at most {@code atMost}, fewer on a busy machine. */
  public boolean again(int round, int atMost) {
    return round < atMost && (round < AT_LEAST || System.nanoTime() - start < ENOUGH_NANOS);
  }

  /** Runs both, one of them on this thread, and returns when both have returned. */
  public void run(Runnable here, Runnable there) {
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
    for (int spins = 0; ready.get() < 2; spins++) {
      if (spins < 1_000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  @Override
  public void close() {
    other.shutdownNow();
  }
}
