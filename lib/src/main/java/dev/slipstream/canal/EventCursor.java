package dev.slipstream.canal;

import dev.slipstream.watch.CacheEvent;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A canal of every event: in order, at least once. What is no longer held is reported as a {@link
 * CanalBatch.Gap}.
 *
 * <p>Its methods may be called from any thread, but {@link #commit} is for the one consumer: it
 * covers all that was pulled, by any thread.
 *
 * <p>Not for implementation by users: methods may be added.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface EventCursor<K, V> extends Canal<CacheEvent<K, V>> {
  /**
   * Returns where the cursor is.
   *
   * @return the number of the next event to be pulled
   */
  long position();

  /**
   * Declares all that was pulled, gaps included, to be done with: {@link #rewind} and, if it has an
   * id, a later cursor of that id go on from here. May be called after {@link #close}.
   *
   * @throws UncheckedIOException if the checkpoint cannot be saved: the one before stays
   */
  void commit();

  /**
   * Goes back to where the last {@link #commit} was, or to the start before the first: what was
   * pulled since comes once more, as far as it is still held.
   */
  void rewind();

  /**
   * Returns the id under which the checkpoint is saved.
   *
   * @return the id, or nothing for a cursor that was opened at a sequence number
   */
  Optional<String> checkpointId();
}
