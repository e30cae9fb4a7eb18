package dev.slipstream;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The running counts behind {@link CacheStats}; counts nothing unless it was asked to. */
final class StatsRecorder {
  private final boolean enabled;

  private final Map<StatsCount, LongAdder> counts = new EnumMap<>(StatsCount.class);

  StatsRecorder(boolean enabled) {
    this.enabled = enabled;
    for (StatsCount count : StatsCount.values()) {
      counts.put(count, new LongAdder());
    }
  }

  boolean isEnabled() {
    return enabled;
  }

  void hit() {
    add(StatsCount.HITS, 1);
  }

  void join() {
    add(StatsCount.JOINS, 1);
  }

  void fetch() {
    add(StatsCount.FETCHES, 1);
  }

  void fenced() {
    add(StatsCount.FENCED, 1);
  }

  void stale() {
    add(StatsCount.STALE, 1);
  }

  /** A call got an expired value in place of a failure. */
  void staleOnError() {
    add(StatsCount.STALE, 1);
    add(StatsCount.STALE_ON_ERROR, 1);
  }

  /** The callers of a fetch got an expired value rather than wait longer. */
  void softTimeout() {
    add(StatsCount.SOFT_TIMEOUTS, 1);
  }

  /** A fetch began because an entry was due. */
  void refreshed() {
    add(StatsCount.REFRESHES, 1);
  }

  /** A fetch began because an entry would expire soon. */
  void refreshedEarly() {
    add(StatsCount.EARLY_REFRESHES, 1);
  }

  /** A call got a failure that is remembered. */
  void failureHit() {
    add(StatsCount.HITS, 1);
    add(StatsCount.FAILURE_HITS, 1);
  }

  /** Fetches were refused, since too many others ran and waited. */
  void rejected(int fetches) {
    add(StatsCount.REJECTED, fetches);
  }

  /** Keys that were gathered are loaded together. */
  void batch(int keys) {
    add(StatsCount.BATCHES, 1);
    add(StatsCount.BATCHED_KEYS, keys);
  }

  void evicted() {
    add(StatsCount.EVICTIONS, 1);
  }

  void ledgerHit() {
    add(StatsCount.LEDGER_HITS, 1);
  }

  void remoteWait() {
    add(StatsCount.REMOTE_WAITS, 1);
  }

  void takeover() {
    add(StatsCount.TAKEOVERS, 1);
  }

  void ledgerFenced() {
    add(StatsCount.LEDGER_FENCED, 1);
  }

  void ledgerAway() {
    add(StatsCount.LEDGER_AWAY, 1);
  }

  void unshared() {
    add(StatsCount.UNSHARED, 1);
  }

  void put() {
    add(StatsCount.PUTS, 1);
  }

  void read(boolean found) {
    add(found ? StatsCount.READ_HITS : StatsCount.READ_MISSES, 1);
  }

  void evictedWeight(int weight) {
    add(StatsCount.EVICTION_WEIGHT, weight);
  }

  /** Counts the end of a fetch that began at a reading of {@link System#nanoTime}. */
  void ended(FlightResult.End end, long startNanos) {
    if (!enabled) {
      return;
    }
    add(StatsCount.FETCH_NANOS, System.nanoTime() - startNanos);
    add(
        switch (end) {
          case SUCCESS -> StatsCount.SUCCESSES;
          case ABSENT -> StatsCount.ABSENTS;
          case FAILURE -> StatsCount.FAILURES;
          case TIMEOUT -> StatsCount.TIMEOUTS;
          case ABANDONED -> StatsCount.ABANDONED;
        },
        1);
  }

  private void add(StatsCount count, long amount) {
    if (enabled) {
      adder(count).add(amount);
    }
  }

  private LongAdder adder(StatsCount count) {
    return Objects.requireNonNull(counts.get(count));
  }

  /**
   * Returns the counts so far, and with them two that are kept elsewhere, whether or not this
   * counts.
   */
  CacheStats stats(long droppedEvents, long coalescedChanges) {
    Map<StatsCount, Long> sums = new EnumMap<>(StatsCount.class);
    counts.forEach((count, adder) -> sums.put(count, adder.sum()));
    sums.put(StatsCount.DROPPED_EVENTS, droppedEvents);
    sums.put(StatsCount.COALESCED_CHANGES, coalescedChanges);
    return new CacheStats(sums);
  }
}
