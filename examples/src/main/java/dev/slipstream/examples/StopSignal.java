package dev.slipstream.examples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C, or a SIGTERM, end a program as the end of its time would: the program is asked to
 * stop, and the JVM stays until it has.
 */
final class StopSignal implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final InterruptNotice notice = InterruptNotice.arm(this::askAndWait);

  /** Waits until the program is asked to stop, and returns true; or false if the time is over. */
  boolean await(long nanos) throws InterruptedException {
    return asked.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Returns the exit code of a program that did what it was to do until it was asked to stop. */
  int exitCode() {
    return asked.getCount() == 0 ? Program.INTERRUPTED : 0;
  }

  /** Tells that the program has done all it had to do. */
  @Override
  public void close() {
    ended.countDown();
    notice.disarm();
  }

  private void askAndWait() {
    asked.countDown();
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
