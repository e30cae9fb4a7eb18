package dev.slipstream;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tells the awaiters of a flight its outcome so that none waits for another's dependents (G8):
 * first those that have none, here; then those on which threads only wait; and those with
 * dependents as a task each.
 */
final class FanOut {
  private FanOut() {}

  /**
   * Delivers to all that have no dependents which could be slow.
   *
   * @param last the awaiters, the last that came first
   * @return those that have, the first that came first
   */
  static <V> @Nullable AwaiterHandle<V> deliverInline(
      @Nullable AwaiterHandle<V> last, FlightResult<V> result) {
    AwaiterHandle<V> rest = deliver(inOrder(last), result, true);
    return deliver(rest, result, false);
  }

  /** Delivers to each by a task. */
  static <V> void deliverByTasks(
      @Nullable AwaiterHandle<V> first, FlightResult<V> result, Executor executor) {
    AwaiterHandle<V> handle = first;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      handle.next = null;
      executor.execute(new Delivery<>(handle, result));
      handle = following;
    }
  }

  private static <V> @Nullable AwaiterHandle<V> inOrder(@Nullable AwaiterHandle<V> last) {
    AwaiterHandle<V> first = null;
    AwaiterHandle<V> handle = last;
    while (handle != null) {
      AwaiterHandle<V> earlier = handle.next;
      handle.next = first;
      first = handle;
      handle = earlier;
    }
    return first;
  }

  /**
   * Delivers to the handles of a list that qualify and unlinks them, since a handle that its caller
   * keeps must not keep the others. Returns the list of those that remain, in order.
   */
  private static <V> @Nullable AwaiterHandle<V> deliver(
      @Nullable AwaiterHandle<V> first, FlightResult<V> result, boolean onlyBare) {
    AwaiterHandle<V> remaining = null;
    AwaiterHandle<V> tail = null;
    AwaiterHandle<V> handle = first;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      handle.next = null;
      if (!handle.hasLeft()) {
        int harmless = onlyBare ? 0 : handle.harmlessDependents();
        if (handle.getNumberOfDependents() <= harmless) {
          handle.deliver(result);
        } else if (tail == null) {
          remaining = handle;
          tail = handle;
        } else {
          tail.next = handle;
          tail = handle;
        }
      }
      handle = following;
    }
    return remaining;
  }

  /** A handle with dependents: they run inside its completion, apart from everybody else's. */
  private record Delivery<V>(AwaiterHandle<V> handle, FlightResult<V> result) implements Runnable {
    @Override
    public void run() {
      handle.deliver(result);
    }
  }
}
