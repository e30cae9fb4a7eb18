package dev.slipstream.watch;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A wait for a key's next event of a type. No event is looked at by two looks, one after another.
 */
final class EventAwait<K, V> extends Await<K, CacheEvent<K, V>> {
  private final EventHistory<K, V> history;
  private final EventType type;

  /** Up to here nothing was found. It only goes up; written and read by the looks. */
  private final AtomicLong after;

  EventAwait(
      K key,
      EventType type,
      long afterSequence,
      EventHistory<K, V> history,
      AwaiterSettings<K> settings) {
    super(key, settings);
    this.history = history;
    this.type = type;
    this.after = new AtomicLong(afterSequence);
  }

  @Override
  @Nullable CacheEvent<K, V> look() {
    long known = history.settledSequence(); // read first: what comes meanwhile is for the next look
    CacheEvent<K, V> event = history.firstAfter(key, type, after.get());
    if (event == null) {
      after.accumulateAndGet(known, Math::max);
    }
    return event;
  }
}
