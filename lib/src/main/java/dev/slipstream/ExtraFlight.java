package dev.slipstream;

import dev.slipstream.watch.EventType;

/**
 * The flight of a value that a bulk loader gave without being asked: it has no loader to start, no
 * leave abandons it, and it counts as no fetch. Callers may join it like any other.
 */
final class ExtraFlight<K, V> extends Flight<K, V> {
  /** Written under this, and read after its end. */
  private boolean stored;

  ExtraFlight(Engine<K, V> engine, K key) {
    super(engine, key, null);
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
    if (stored && latchedOutcome() instanceof CachedValue<?>) {
      @SuppressWarnings("unchecked")
      CachedValue<V> entry = (CachedValue<V>) latchedOutcome();
      engine.changes.record(EventType.PUT, slot.key, entry.value(), null);
      engine.changes.told(slot.key, entry);
    }
  }
}
