package dev.slipstream;

import dev.slipstream.watch.EventType;

/**
 * The flight of a value that a bulk loader gave without being asked: it has no loader to start, no
 * leave abandons it, and it counts as no fetch. Callers may join it like any other.
 */
final class UnrequestedFlight<K, V> extends Flight<K, V> {
  /** Written under this, and read after its end. */
  private boolean stored;

  UnrequestedFlight(CacheCore<K, V> core, K key) {
    super(core, key, null);
    pin();
  }

  @Override
  boolean isFetch() {
    return false;
  }

  @Override
  void recordStore() {
    stored = true;
  }

  @Override
  void recordEnd() {
    if (stored && result() instanceof CachedValue<V> entry) {
      core.notifier().record(EventType.PUT, slot.key, entry.value());
      core.notifier().reported(slot.key, entry);
    }
  }
}
