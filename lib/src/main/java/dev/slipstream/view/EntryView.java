package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stored entry, as it was when it was looked at.
 *
 * @param key the key
 * @param value the value
 * @param writtenAt when the value was written, by the wall clock
 * @param expiresIn how long it has to live, from when it was looked at, or is restored; null if it
 *     does not expire. Zero or less is an entry that has expired
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record EntryView<K, V>(K key, V value, Instant writtenAt, @Nullable Duration expiresIn) {
  /**
   * Checks that nothing is missing.
   *
   * @param key the key
   * @param value the value
   * @param writtenAt when the value was written
   * @param expiresIn how long it has to live, or null
   */
  public EntryView {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(writtenAt, "writtenAt");
  }

  /**
   * Returns whether it has no time left to live.
   *
   * @return true if the entry is not to be restored
   */
  public boolean hasExpired() {
    return expiresIn != null && (expiresIn.isZero() || expiresIn.isNegative());
  }

  /** Returns the key, the type of the value and the times, but not the value: it may be secret. */
  @Override
  public String toString() {
    return "EntryView[key=%s, value=%s, writtenAt=%s, expiresIn=%s]"
        .formatted(Texts.of(key), Texts.typeOf(value), writtenAt, expiresIn);
  }
}
