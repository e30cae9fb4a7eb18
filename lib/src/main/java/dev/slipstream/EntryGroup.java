package dev.slipstream;

/**
 * The entries that one restore has written, or all others of a cache. A restore knows by it what it
 * has to leave, at no cost to the entries: they refer to their cache through it.
 */
final class EntryGroup<V> {
  final Engine<?, V> engine;

  EntryGroup(Engine<?, V> engine) {
    this.engine = engine;
  }
}
