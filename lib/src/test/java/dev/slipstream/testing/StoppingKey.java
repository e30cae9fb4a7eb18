package dev.slipstream.testing;

import java.util.concurrent.CountDownLatch;

/**
 * A key that stops the thread that armed it when its hash code is computed for the n-th time. A
 * call hashes its key at each of its steps, so {@link HookedKey#everywhere} stops the call at every
 * one of them, while the test acts on another thread.
 */
public final class StoppingKey {
  private final String id;
  private final int stopAt;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile Thread armed;
  private int hashes; // by the armed thread only

  /**
   * Creates a key.
   *
   * @param id keys with the same id are equal
   * @param stopAt the hash code, from 1, at which the thread stops
   */
  public StoppingKey(String id, int stopAt) {
    this.id = id;
    this.stopAt = stopAt;
  }

  /** Returns an equal key that stops no thread. */
  public static StoppingKey plain(String id) {
    return new StoppingKey(id, 0);
  }

  /** Lets the key stop this thread. */
  public void arm() {
    armed = Thread.currentThread();
  }

  /**
   * Waits until the caller, which armed this key, is stopped or done; returns whether it is
   * stopped.
   */
  public boolean stops(Caller<?> caller) {
    Eventually.until("it stops or ends", () -> stopped.getCount() == 0 || caller.isReturned());
    return stopped.getCount() == 0;
  }

  /** Releases the stopped thread. */
  public void goOn() {
    goOn.countDown();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoppingKey key && key.id.equals(id);
  }

  @Override
  public int hashCode() {
    if (Thread.currentThread() == armed && ++hashes == stopAt) {
      stopped.countDown();
      Eventually.opens(goOn);
    }
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
