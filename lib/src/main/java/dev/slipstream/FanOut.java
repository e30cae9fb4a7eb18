package dev.slipstream;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tells the awaiters of a flight its outcome so that none waits for another's dependents (G8):
 * first those that have none, here; then those on which threads only wait; and those with
 * dependents as a task each.
 */
final class FanOut<V> {
  private final Object outcome;
  private @Nullable AwaiterHandle<V> withDependents;

  FanOut(Object outcome) {
    this.outcome = outcome;
  }

  /** Delivers to all that have no dependents which could be slow; keeps the others for later. */
  void deliverInline(@Nullable AwaiterHandle<V> first) {
    AwaiterHandle<V> rest = deliver(first, true);
    withDependents = deliver(rest, false);
  }

  /** Delivers to the others, each by a task. */
  void deliverByTasks(Executor executor) {
    AwaiterHandle<V> handle = withDependents;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      handle.next = null;
      executor.execute(new Delivery<>(handle, outcome));
      handle = following;
    }
    withDependents = null;
  }

  /**
   * Delivers to the handles of a list that qualify and unlinks them, since a handle that its caller
   * keeps must not keep the others. Returns the list of those that remain, in order.
   */
  private @Nullable AwaiterHandle<V> deliver(@Nullable AwaiterHandle<V> first, boolean onlyBare) {
    AwaiterHandle<V> remaining = null;
    AwaiterHandle<V> last = null;
    AwaiterHandle<V> handle = first;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      handle.next = null;
      if (!handle.hasLeft()) {
        int harmless = onlyBare ? 0 : handle.harmlessDependents();
        if (handle.getNumberOfDependents() <= harmless) {
          handle.deliver(outcome);
        } else if (last == null) {
          remaining = handle;
          last = handle;
        } else {
          last.next = handle;
          last = handle;
        }
      }
      handle = following;
    }
    return remaining;
  }

  /** A handle with dependents: they run inside its completion, apart from everybody else's. */
  private record Delivery<V>(AwaiterHandle<V> handle, Object outcome) implements Runnable {
    @Override
    public void run() {
      handle.deliver(outcome);
    }
  }
}
