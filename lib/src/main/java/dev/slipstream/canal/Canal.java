package dev.slipstream.canal;

import java.time.Duration;

/**
 * A stream of items that its consumer pulls, in batches, at its own pace.
 *
 * <p>A canal has one consumer at a time. The canals of this library may be pulled from several
 * threads, each item then goes to one of them; a canal of your own says for itself what it allows.
 *
 * @param <E> the type of items
 */
public interface Canal<E> extends AutoCloseable {
  /**
   * Returns what comes next, and waits for it if there is nothing yet. What is there is returned at
   * once, even if it is less than could be taken.
   *
   * @param max how many items to take at most, 1 or more
   * @param deadline how long to wait at most, by the wall clock; more than zero
   * @return the items in order, or a gap, or an empty batch if nothing came in time
   * @throws CanalClosedException if the canal is closed, or is closed while this call waits, or if
   *     its source has ended and everything has been pulled
   * @throws InterruptedException if the thread is or gets interrupted while it waits; nothing is
   *     consumed then
   * @throws IllegalArgumentException if a number or time is zero or negative
   */
  CanalBatch<E> pullBatch(int max, Duration deadline)
      throws CanalClosedException, InterruptedException;

  /**
   * Closes the canal. Pulls that wait for a batch throw {@link CanalClosedException}. A second call
   * does nothing.
   */
  @Override
  void close();
}
