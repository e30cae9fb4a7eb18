package dev.slipstream.canal;

import dev.slipstream.watch.CacheEvent;

/**
 * A canal of the latest events: in order, at most once. A consumer that lags behind by more than
 * the capacity misses the oldest of them, which {@link #dropped} counts. It gives no gaps. The
 * source does not wait for it, and does nothing for it but to wake it where it waits.
 *
 * <p>Its methods may be called from any thread.
 *
 * <p>Not for implementation by users: methods may be added.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface EventSubscription<K, V> extends Canal<CacheEvent<K, V>> {
  /**
   * Returns how many events were dropped since the subscription began.
   *
   * @return a number that never falls; those that a consumer at a standstill will miss are counted
   *     as soon as they are lost
   */
  long dropped();

  /**
   * Returns what comes next, without waiting for it.
   *
   * @param max how many events to take at most, 1 or more
   * @return the events in order, or an empty batch
   * @throws CanalClosedException as {@link #pullBatch} does
   * @throws IllegalArgumentException if the number is zero or negative
   */
  CanalBatch<CacheEvent<K, V>> pullNow(int max);

  /**
   * Registers an action that runs once when there may be something to pull, for a consumer that has
   * no thread to block. It goes like this:
   *
   * <pre>{@code
   * void drain() { // runs on your executor
   *   try {
   *     do {
   *       for (var batch = subscription.pullNow(64);
   *           !batch.isEmpty();
   *           batch = subscription.pullNow(64)) {
   *         batch.items().forEach(dashboard::show);
   *       }
   *     } while (!subscription.onAvailable(() -> executor.execute(this::drain)));
   *   } catch (CanalClosedException e) {
   *     dashboard.end();
   *   }
   * }
   * }</pre>
   *
   * <p>The action runs on the thread that emits the next event or closes a canal, inside that
   * thread's work, but with no lock of the library held: it must only hand over to another thread,
   * not block and not throw; what it throws is logged. It runs also when this subscription or the
   * source is closed, and may run when there is nothing to pull after all.
   *
   * @param action hands over
   * @return true if the action has run or will run, once; false if there is something to pull
   *     already, or the canal is closed: the action will not run, and the caller pulls again
   */
  boolean onAvailable(Runnable action);
}
