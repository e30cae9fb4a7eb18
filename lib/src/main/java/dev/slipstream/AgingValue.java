package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** An entry of a cache that refreshes entries before they expire, or keeps them after it. */
class AgingValue<V> extends ExpiringValue<V> {
  /** How long its load took, by the wall clock; zero if it was not loaded here. */
  final long loadNanos;

  /** Whether a read has found it due. It only ever becomes true, by any reader. */
  private boolean due;

  /**
   * When it expires, by the cache's ticker. Written by each read and write of L1's that sets it.
   */
  private volatile long expiresAt;

  /** After a load has failed that was to replace it. Written by the thread that ends the load. */
  private volatile @Nullable Backoff backoff;

  AgingValue(
      Generation<V> generation,
      @Nullable V value,
      long writtenNanos,
      long ttlNanos,
      long loadNanos) {
    super(generation, value, writtenNanos, ttlNanos);
    this.loadNanos = loadNanos;
  }

  @Override
  final void readAt(long nowNanos) {
    if (!due && isDueAt(nowNanos)) {
      due = true;
    }
  }

  @Override
  final void expiresAt(long nanos) {
    if (expiresAt != nanos) {
      expiresAt = nanos;
    }
  }

  final long expiresAt() {
    return expiresAt;
  }

  /** Returns whether a read of L1 has found it due. */
  final boolean wasReadWhenDue() {
    return due;
  }

  final boolean isDueAt(long nowNanos) {
    return value() != null && generation.config().freshness().isDue(nowNanos - writtenNanos);
  }

  @Override
  final boolean loadFailed(long nowNanos, boolean covered) {
    Backoff.Limits limits = generation.config().freshness().backoff();
    backoff = Backoff.afterFailure(backoff, limits, nowNanos, covered);
    return limits.maxNanos() > 0;
  }

  @Override
  final void loadSucceeded() {
    backoff = null;
  }

  /** Returns whether it may be refreshed, as far as earlier failures are concerned. */
  final boolean mayRefresh(long nowNanos) {
    Backoff failed = backoff;
    return failed == null || failed.isOver(nowNanos);
  }

  /** Returns whether its key may be fetched once it has expired, or callers get it at once. */
  final boolean mayFetch(long nowNanos) {
    Backoff failed = backoff;
    return failed == null || !failed.covered() || failed.isOver(nowNanos);
  }
}
