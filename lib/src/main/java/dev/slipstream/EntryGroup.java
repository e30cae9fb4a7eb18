package dev.slipstream;

/**
 * The entries that one restore has written, or all others of a cache: an entry tells by it which it
 * is of, at no cost, since it refers to its cache through it.
 */
final class EntryGroup<V> {
  final Engine<?, V> engine;

  EntryGroup(Engine<?, V> engine) {
    this.engine = engine;
  }
}
