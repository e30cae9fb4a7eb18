package dev.slipstream.watch;

import org.jspecify.annotations.Nullable;

/**
 * The events of late, to look back on. It is asked on the same threads as a {@link KeySource}, and
 * must be as quick.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface EventHistory<K, V> {
  /**
   * Returns a number up to which no event is still to come: a search that found nothing up to it
   * need not look there again.
   *
   * @return a sequence number that never falls, 0 before the first event
   */
  long settledSequence();

  /**
   * Returns the first event of a type for a key after a sequence number.
   *
   * @param key the key
   * @param type the type
   * @param afterSequence events up to this one, inclusive, do not count; 0 to count all
   * @return the event, or null if there was none up to now
   * @throws EventsLostException if events after that number are no longer held: what is asked for
   *     may have been among them
   * @throws IllegalArgumentException if the number is negative
   */
  @Nullable CacheEvent<K, V> firstAfter(K key, EventType type, long afterSequence);
}
