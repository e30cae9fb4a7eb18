package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** An entry with a time to live of its own: its load has set it, or it was drawn for this write. */
class ExpiringValue<V> extends TrackedValue<V> {
  private final long ttlNanos;

  ExpiringValue(Generation<V> generation, @Nullable V value, long writtenNanos, long ttlNanos) {
    super(generation, value, writtenNanos);
    this.ttlNanos = ttlNanos;
  }

  @Override
  final long ttlNanos() {
    return ttlNanos;
  }
}
