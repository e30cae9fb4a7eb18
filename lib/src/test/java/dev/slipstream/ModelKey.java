package dev.slipstream;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the {@link CacheModel} knows of a key. */
final class ModelKey {
  final String key;

  /** The last value; it may have expired, and is then kept for a time, or is nothing any more. */
  @Nullable ModelEntry entry;

  @Nullable Mark absence;

  /** With the failure that is remembered. */
  @Nullable Mark failure;

  /** The fetch that callers join. */
  @Nullable ModelFlight flight;

  ModelKey(String key) {
    this.key = key;
  }

  /** Returns the value that is cached. */
  @Nullable ModelEntry live(int now) {
    return entry != null && entry.isLive(now) ? entry : null;
  }

  /** Returns the value that has expired and is kept, in a cache that keeps them. */
  @Nullable ModelEntry retained(int now) {
    boolean kept =
        entry != null && !entry.isLive(now) && now < entry.expires + ModelSettings.RETAINED;
    return kept ? entry : null;
  }

  /** Forgets what is known of a key without a value. */
  void clearMarks(int now) {
    absence = null;
    failure = null;
    entry = live(now);
  }

  static @Nullable Mark ifLive(@Nullable Mark mark, int now) {
    return mark != null && now < mark.expires ? mark : null;
  }

  /**
   * Something that is known for a time.
   *
   * @param what a failure, or its class; nothing for an absence
   */
  record Mark(Object what, int expires, Set<String> tags) {}
}
