package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntPredicate;

/**
 * A key that runs a hook, on the thread that armed it, at the n-th time that it is asked for its
 * hash code: what the hook does comes between two steps of the call, on the call's own thread. A
 * scenario that is run for n = 1, 2, 3… has it come between any two.
 */
final class HookedKey {
  private final String id;
  private final int at;
  private final Runnable hook;
  private Thread armed;
  private int hashes;
  private boolean hasRun;

  HookedKey(String id, int at, Runnable hook) {
    this.id = id;
    this.at = at;
    this.hook = hook;
  }

  /** Returns an equal key that does nothing. */
  static HookedKey plain(String id) {
    return new HookedKey(id, 0, () -> {});
  }

  /** Runs the scenario for n = 1, 2, 3… until it says that the hook did not run any more. */
  static void everywhere(IntPredicate scenario) {
    int places = 0;
    while (scenario.test(places + 1)) {
      places++;
      assertThat(places).as("places where the hook ran").isLessThan(100);
    }
    assertThat(places).as("places where the hook ran").isPositive();
  }

  /** Makes this thread the one whose calls run the hook. */
  HookedKey arm() {
    armed = Thread.currentThread();
    return this;
  }

  /** From here on the hook is not run. */
  void disarm() {
    armed = null;
  }

  boolean hasRun() {
    return hasRun;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HookedKey key && key.id.equals(id);
  }

  @Override
  public int hashCode() {
    if (Thread.currentThread() == armed && ++hashes == at) {
      hasRun = true;
      hook.run();
    }
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
