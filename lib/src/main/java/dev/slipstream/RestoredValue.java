package dev.slipstream;

/** An entry that a restore has written, by which the restore knows what it has to leave. */
final class RestoredValue<V> extends CachedValue<V> {
  /** Is the same for all that one restore has written. */
  final Object restore;

  RestoredValue(Engine<?, V> engine, V value, long writtenNanos, Object restore) {
    super(engine, value, writtenNanos);
    this.restore = restore;
  }
}
