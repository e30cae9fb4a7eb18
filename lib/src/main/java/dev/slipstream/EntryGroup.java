package dev.slipstream;

/**
 * The entries that one restore or merge has written, or that callers have written between two
 * restores. An entry tells by it which it is of, at no cost, since it refers to its cache through
 * it.
 */
final class EntryGroup<V> {
  final Engine<?, V> engine;

  /** How many restores had begun: what has a lower number was there before the last of them. */
  final long restores;

  /** Whether its entries are of a view: their write times are then of the past. */
  final boolean ofView;

  EntryGroup(Engine<?, V> engine, long restores, boolean ofView) {
    this.engine = engine;
    this.restores = restores;
    this.ofView = ofView;
  }
}
