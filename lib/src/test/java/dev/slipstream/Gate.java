package dev.slipstream;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Blocks one thread, from when it reaches the gate until the test opens it; others pass. */
final class Gate {
  private final AtomicInteger left = new AtomicInteger(); // passes until the one that blocks
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);
  private volatile @Nullable Thread blocked;

  /** Lets the gate block the n-th pass from now on. */
  void arm(int n) {
    left.set(n);
  }

  /** Blocks, if this is the n-th pass since the gate was armed. */
  void pass() {
    if (left.decrementAndGet() == 0) {
      blocked = Thread.currentThread();
      reached.countDown();
      awaitOpen();
    }
  }

  /**
   * Waits without a timeout: nothing that waits for this thread may go on before the test says so.
   */
  private void awaitOpen() {
    boolean interrupted = false;
    while (true) {
      try {
        opened.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether a thread is blocked, or was. */
  boolean isReached() {
    return reached.getCount() == 0;
  }

  /** Returns the thread that is blocked here. */
  Thread blocked() {
    Thread thread = blocked;
    if (thread == null) {
      throw new AssertionError("no thread has reached the gate");
    }
    return thread;
  }

  /** Lets the blocked thread go on. */
  void open() {
    opened.countDown();
  }
}
