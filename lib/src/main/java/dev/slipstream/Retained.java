package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** A value that has expired, kept for callers whose fetch fails. */
final class Retained<V> {
  final CachedValue<V> entry;

  /** Until when it is kept, by the cache's ticker. */
  final long untilNanos;

  /** After a fetch has failed. Written by the thread that ends the fetch, one at a time. */
  private volatile @Nullable Backoff backoff;

  Retained(CachedValue<V> entry, long untilNanos) {
    this.entry = entry;
    this.untilNanos = untilNanos;
  }

  /**
   * A fetch of the key has failed, and its callers get this value; returns whether the next waits
   * for a time.
   */
  boolean fetchFailed(long nowNanos) {
    Backoff.Limits limits = entry.generation.config().freshness().backoff();
    backoff = Backoff.afterFailure(backoff, limits, nowNanos);
    return limits.maxNanos() > 0;
  }

  /** A fetch of the key has succeeded, and leaves this value. */
  void fetchSucceeded() {
    backoff = null;
  }

  /** Returns whether the key may be fetched, as far as earlier failures are concerned. */
  boolean mayFetch(long nowNanos) {
    Backoff failed = backoff;
    return failed == null || failed.isOver(nowNanos);
  }
}
