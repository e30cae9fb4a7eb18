package dev.slipstream.watch;

import dev.slipstream.internal.Texts;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a key. Two events are equal if all their components are.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class CacheEvent<K, V> {
  private final long sequence;
  private final K key;
  private final EventType type;
  private final long epochMillis;
  private final @Nullable V value;
  private final @Nullable Throwable failure;
  private final long fetchId;

  /**
   * Makes an event of no fetch.
   *
   * @param sequence its number: the first event of a source is 1, and each has one more than the
   *     one before
   * @param key what it happened to
   * @param type what happened
   * @param epochMillis when, by the wall clock, in milliseconds since 1970-01-01T00:00Z
   * @param value the value that belongs to the type; null if there is none
   * @param failure why a fetch failed; null if it did not
   */
  public CacheEvent(
      long sequence,
      K key,
      EventType type,
      long epochMillis,
      @Nullable V value,
      @Nullable Throwable failure) {
    this(sequence, key, type, epochMillis, value, failure, 0);
  }

  /**
   * Makes an event.
   *
   * @param sequence its number: the first event of a source is 1, and each has one more than the
   *     one before
   * @param key what it happened to
   * @param type what happened
   * @param epochMillis when, by the wall clock, in milliseconds since 1970-01-01T00:00Z
   * @param value the value that belongs to the type; null if there is none
   * @param failure why a fetch failed; null if it did not
   * @param fetchId the number of the fetch that it is of; 0 if it is of none
   */
  public CacheEvent(
      long sequence,
      K key,
      EventType type,
      long epochMillis,
      @Nullable V value,
      @Nullable Throwable failure,
      long fetchId) {
    this.sequence = sequence;
    this.key = Objects.requireNonNull(key, "key");
    this.type = Objects.requireNonNull(type, "type");
    this.epochMillis = epochMillis;
    this.value = value;
    this.failure = failure;
    this.fetchId = fetchId;
  }

  /**
   * Returns the event's number among those of its source.
   *
   * @return a number of 1 or more; each event has one more than the one before. A cursor reports a
   *     number whose event was lost as a gap
   */
  public long sequence() {
    return sequence;
  }

  /**
   * Returns what it happened to.
   *
   * @return the key
   */
  public K key() {
    return key;
  }

  /**
   * Returns what happened.
   *
   * @return the type
   */
  public EventType type() {
    return type;
  }

  /**
   * Returns when it was recorded, shortly after it happened.
   *
   * @return a time by the wall clock, in whole milliseconds
   */
  public Instant at() {
    return Instant.ofEpochMilli(epochMillis);
  }

  /**
   * Returns the value that belongs to the {@link #type()}.
   *
   * @return the value, or null if there is none
   */
  public @Nullable V value() {
    return value;
  }

  /**
   * Returns why a fetch failed.
   *
   * @return the failure that its callers got, or null if it did not fail
   */
  public @Nullable Throwable failure() {
    return failure;
  }

  /**
   * Returns the number of the fetch that it is of. All events of a fetch have its number, and no
   * other fetch of the cache has it.
   *
   * @return the number, or 0 if it is of no fetch, as a put is
   */
  public long fetchId() {
    return fetchId;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheEvent<?, ?> that
        && sequence == that.sequence
        && epochMillis == that.epochMillis
        && fetchId == that.fetchId
        && type == that.type
        && key.equals(that.key)
        && Objects.equals(value, that.value)
        && Objects.equals(failure, that.failure);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(sequence) + key.hashCode();
  }

  /**
   * Returns the number, the type and the key, but neither the value nor the failure's message: they
   * may be large, or secret.
   */
  @Override
  public String toString() {
    return "#%d %s %s at %s%s"
        .formatted(
            sequence,
            type,
            Texts.of(key),
            at(),
            failure == null ? "" : ": " + Texts.typeOf(failure));
  }
}
