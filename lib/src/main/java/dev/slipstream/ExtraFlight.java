package dev.slipstream;

/**
 * The flight of a value that a bulk loader gave without being asked: it has no loader to start, no
 * leave abandons it, and it counts as no fetch. Callers may join it like any other.
 */
final class ExtraFlight<K, V> extends Flight<K, V> {
  ExtraFlight(Engine<K, V> engine, K key) {
    super(engine, key, null);
    pin();
  }

  @Override
  boolean isFetch() {
    return false;
  }
}
