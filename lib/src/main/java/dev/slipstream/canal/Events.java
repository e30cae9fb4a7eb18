package dev.slipstream.canal;

import dev.slipstream.watch.CacheEvent;
import java.io.UncheckedIOException;
import java.util.concurrent.Flow;

/**
 * The events of a source, to be consumed in one of two ways: a cursor sees every one of them, a
 * subscription or a publisher's subscriber the latest. The source holds a limited number of events
 * and never waits for a consumer.
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
   * Returns a publisher of the events, for libraries of reactive streams. Each subscriber has a
   * lossy subscription of its own, which begins with the next event after {@code subscribe}: it
   * gets the latest events, in order, as it requests them. What it has not requested waits, up to
   * the capacity; then the oldest are dropped.
   *
   * <pre>{@code
   * cache.events().publisher(256).subscribe(dashboard); // a Flow.Subscriber
   * }</pre>
   *
   * <p>{@code onSubscribe} is called on the thread that subscribes, everything else by a task on
   * the default executor, one call at a time, with no lock of the library held. So a subscriber may
   * block: it holds up nobody but itself. After the source is closed, each subscriber gets what is
   * left and then {@code onComplete}; one that subscribes later gets that at once. A request for
   * less than one event is answered by {@code onError} with an {@link IllegalArgumentException}. A
   * subscriber that throws is logged and not called again.
   *
   * @param capacity how many events a subscriber may lag behind before it loses the oldest of them,
   *     1 or more; it never lags more than what the source holds
   * @return a publisher to which any number may subscribe, at any time
   * @throws IllegalArgumentException if the capacity is zero or negative
   */
  Flow.Publisher<CacheEvent<K, V>> publisher(int capacity);

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
