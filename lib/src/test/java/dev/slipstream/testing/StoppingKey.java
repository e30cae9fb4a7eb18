package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.function.IntPredicate;

/**
 * A key that stops the thread which armed it at the n-th time that it asks for the hash code. A
 * call hashes its key at each of its steps, so a scenario that is run for n = 1, 2, 3… stops the
 * call at every one of them, whatever they are, while the test does something else meanwhile.
 */
final class StoppingKey {
  private final String id;
  private final int stopAt;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile Thread armed;
  private int hashes; // by the armed thread only

  StoppingKey(String id, int stopAt) {
    this.id = id;
    this.stopAt = stopAt;
  }

  /** Returns an equal key that stops nobody. */
  static StoppingKey plain(String id) {
    return new StoppingKey(id, 0);
  }

  /** Runs the scenario for n = 1, 2, 3… until it says that its thread was not stopped any more. */
  static void everywhere(IntPredicate scenario) {
    int stops = 0;
    while (scenario.test(stops + 1)) {
      stops++;
      assertThat(stops).as("places where the call was stopped").isLessThan(100);
    }
    assertThat(stops).as("places where the call was stopped").isPositive();
  }

  /** Makes this thread the one that is stopped. */
  void arm() {
    armed = Thread.currentThread();
  }

  /** Waits until the caller, which armed this key, is stopped or done; returns which. */
  boolean stops(Caller<?> caller) {
    Eventually.until("it stops or ends", () -> stopped.getCount() == 0 || caller.isReturned());
    return stopped.getCount() == 0;
  }

  void goOn() {
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
