package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** A flight that no miss has begun. Apart from {@link Flight}, whose bytes are all used. */
final class CausedFlight<K, V> extends Flight<K, V> {
  private final FetchCause cause;

  CausedFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> load, FetchCause cause) {
    super(core, key, load);
    this.cause = cause;
  }

  @Override
  FetchCause cause() {
    return cause;
  }
}
