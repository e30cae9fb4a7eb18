package dev.slipstream.canal;

import java.io.UncheckedIOException;

/**
 * The events of a source, to be consumed in one of two ways: a cursor sees every one of them, a
 * subscription the latest. The source holds a limited number of events and never waits for a
 * consumer.
 *
 * <p>Not for implementation by users: methods may be added.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface Events<K, V> {
  /**
   * Opens a cursor at an event. Its first batch is a gap if the event is no longer held. Before an
   * event that has not happened yet it waits, and what happens until then is not for it.
   *
   * @param fromSequence the number of the first event to deliver; 0 and 1 both mean the first of
   *     all, {@code lastSequence() + 1} the next to come
   * @return a new cursor without a checkpoint; close it when it is no longer needed
   * @throws IllegalArgumentException if the number is negative
   */
  EventCursor<K, V> cursor(long fromSequence);

  /**
   * Opens a cursor after the last event that a cursor of this id has committed; at the first of all
   * if none has. Its first batch is a gap if the next event is no longer held, or if the checkpoint
   * is that of an {@linkplain CanalBatch.Gap#isOfEarlierJournal() earlier journal}.
   *
   * <p>One cursor of an id is to be open at a time: two would overwrite each other's checkpoint.
   *
   * @param checkpointId names the consumer in the checkpoint store; not empty
   * @return a new cursor; close it when it is no longer needed
   * @throws UncheckedIOException if the checkpoint cannot be read or is damaged
   * @throws IllegalArgumentException if the id is empty, or one that the store cannot take
   * @throws IllegalStateException if the checkpoint is of this source, but of an event that has not
   *     happened yet
   */
  EventCursor<K, V> cursor(String checkpointId);

  /**
   * Opens a lossy subscription, which begins with the next event to come.
   *
   * @param capacity how many events it may lag behind before it drops the oldest of them, 1 or
   *     more; it never lags more than what the source holds
   * @return a new subscription; close it when it is no longer needed
   * @throws IllegalArgumentException if the capacity is zero or negative
   */
  EventSubscription<K, V> subscribe(int capacity);

  /**
   * Returns the number of the oldest event that is held.
   *
   * @return a sequence number of 1 or more; 1 before the first event
   */
  long firstSequence();

  /**
   * Returns the number of the last event. Whatever begins after this call has a higher one.
   *
   * @return a sequence number, 0 before the first event
   */
  long lastSequence();
}
