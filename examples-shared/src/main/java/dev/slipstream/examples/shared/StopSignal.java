package dev.slipstream.examples.shared;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C, or a SIGTERM, end a program in an orderly way: the program is asked to stop, and the
 * JVM stays until it has, for 20 seconds at most.
 */
public final class StopSignal implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 20;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final InterruptNotice notice = InterruptNotice.arm(this::askAndWait);

  /** Creates a signal and registers it with the JVM. */
  public StopSignal() {}

  /**
   * Waits until the program is asked to stop, for at most {@code nanos}.
   *
   * @param nanos the longest time to wait, in nanoseconds
   * @return true if the program is asked to stop, false if the time elapsed
   * @throws InterruptedException if the thread was interrupted
   */
  public boolean await(long nanos) throws InterruptedException {
    return asked.await(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Returns the exit code of a program that has not failed.
   *
   * @return 0, or {@link Program#INTERRUPTED} if it was asked to stop
   */
  public int exitCode() {
    return asked.getCount() == 0 ? Program.INTERRUPTED : 0;
  }

  /** Lets the JVM exit: the program has ended. */
  @Override
  public void close() {
    ended.countDown();
    notice.disarm();
  }

  private void askAndWait() {
    asked.countDown();
    try {
      ended.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
