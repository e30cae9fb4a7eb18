package dev.slipstream;

import java.util.concurrent.atomic.LongAdder;

/** The running counts behind {@link CacheStats}; counts nothing unless it was asked to. */
final class StatsRecorder {
  private final boolean enabled;
  private final LongAdder hits = new LongAdder();
  private final LongAdder joins = new LongAdder();
  private final LongAdder fetches = new LongAdder();
  private final LongAdder successes = new LongAdder();
  private final LongAdder absents = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder abandons = new LongAdder();
  private final LongAdder timeouts = new LongAdder();
  private final LongAdder fences = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder refreshes = new LongAdder();
  private final LongAdder earlyRefreshes = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final LongAdder ledgerHits = new LongAdder();
  private final LongAdder remoteWaits = new LongAdder();
  private final LongAdder takeovers = new LongAdder();
  private final LongAdder ledgerFences = new LongAdder();
  private final LongAdder ledgerAways = new LongAdder();
  private final LongAdder unshared = new LongAdder();
  private final LongAdder fetchNanos = new LongAdder();

  StatsRecorder(boolean enabled) {
    this.enabled = enabled;
  }

  void hit() {
    count(hits);
  }

  void join() {
    count(joins);
  }

  void fetch() {
    count(fetches);
  }

  void fenced() {
    count(fences);
  }

  void stale() {
    count(stale);
  }

  /** A fetch began because an entry was due. */
  void refreshed() {
    count(refreshes);
  }

  /** A fetch began because an entry would expire soon. */
  void refreshedEarly() {
    count(earlyRefreshes);
  }

  void evicted() {
    count(evictions);
  }

  void ledgerHit() {
    count(ledgerHits);
  }

  void remoteWait() {
    count(remoteWaits);
  }

  void takeover() {
    count(takeovers);
  }

  void ledgerFenced() {
    count(ledgerFences);
  }

  void ledgerAway() {
    count(ledgerAways);
  }

  void unshared() {
    count(unshared);
  }

  /** Counts the end of a fetch that began at a reading of {@link System#nanoTime}. */
  void ended(FlightResult.End end, long startNanos) {
    if (!enabled) {
      return;
    }
    fetchNanos.add(System.nanoTime() - startNanos);
    switch (end) {
      case SUCCESS -> successes.increment();
      case ABSENT -> absents.increment();
      case FAILURE -> failures.increment();
      case TIMEOUT -> timeouts.increment();
      case ABANDONED -> abandons.increment();
    }
  }

  private void count(LongAdder adder) {
    if (enabled) {
      adder.increment();
    }
  }

  long hitCount() {
    return hits.sum();
  }

  long joinCount() {
    return joins.sum();
  }

  long fetchCount() {
    return fetches.sum();
  }

  long successCount() {
    return successes.sum();
  }

  long absentCount() {
    return absents.sum();
  }

  long failureCount() {
    return failures.sum();
  }

  long abandonedCount() {
    return abandons.sum();
  }

  long timeoutCount() {
    return timeouts.sum();
  }

  long fencedCount() {
    return fences.sum();
  }

  long staleCount() {
    return stale.sum();
  }

  long refreshCount() {
    return refreshes.sum();
  }

  long earlyRefreshCount() {
    return earlyRefreshes.sum();
  }

  long evictionCount() {
    return evictions.sum();
  }

  long ledgerHitCount() {
    return ledgerHits.sum();
  }

  long remoteWaitCount() {
    return remoteWaits.sum();
  }

  long takeoverCount() {
    return takeovers.sum();
  }

  long ledgerFencedCount() {
    return ledgerFences.sum();
  }

  long ledgerAwayCount() {
    return ledgerAways.sum();
  }

  long unsharedCount() {
    return unshared.sum();
  }

  long totalFetchNanos() {
    return fetchNanos.sum();
  }
}
