package dev.slipstream.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntPredicate;

/**
 * A key that runs a hook, on the thread that armed it, when its hash code is computed for the n-th
 * time: the hook runs between two steps of the call, on the call's own thread. A scenario that runs
 * for n = 1, 2, 3… puts it between any two steps.
 */
public final class HookedKey {
  private final String id;
  private final int at;
  private final Runnable hook;
  private Thread armed;
  private int hashes;
  private boolean hasRun;

  /**
   * Creates a key.
   *
   * @param id keys with the same id are equal
   * @param at the hash code, from 1, at which the hook runs
   * @param hook runs at most once
   */
  public HookedKey(String id, int at, Runnable hook) {
    this.id = id;
    this.at = at;
    this.hook = hook;
  }

  /** Returns an equal key without a hook. */
  public static HookedKey plain(String id) {
    return new HookedKey(id, 0, () -> {});
  }

  /**
   * Runs the scenario for n = 1, 2, 3… while it returns true: the hook ran, or the thread was
   * stopped, at the n-th hash code.
   */
  public static void everywhere(IntPredicate scenario) {
    int places = 0;
    while (scenario.test(places + 1)) {
      places++;
      assertThat(places).as("places where the scenario ran").isLessThan(100);
    }
    assertThat(places).as("places where the scenario ran").isPositive();
  }

  /** Lets calls of this thread run the hook. */
  public HookedKey arm() {
    armed = Thread.currentThread();
    return this;
  }

  /** Disables the hook. */
  public void disarm() {
    armed = null;
  }

  /** Returns whether the hook has run. */
  public boolean hasRun() {
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
