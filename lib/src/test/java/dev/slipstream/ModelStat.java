package dev.slipstream;

import java.util.function.ToLongFunction;

/** The counts that the {@link CacheModel} and the {@link BatchModel} keep. */
enum ModelStat {
  HITS(CacheStats::hitCount),
  JOINS(CacheStats::joinCount),
  FETCHES(CacheStats::fetchCount),
  SUCCESSES(CacheStats::successCount),
  ABSENTS(CacheStats::absentCount),
  FAILURES(CacheStats::failureCount),
  ABANDONED(CacheStats::abandonedCount),
  TIMEOUTS(CacheStats::timeoutCount),
  FENCED(CacheStats::fencedCount),
  STALE(CacheStats::staleCount),
  STALE_ON_ERROR(CacheStats::staleOnErrorCount),
  SOFT_TIMEOUTS(CacheStats::softTimeoutCount),
  REFRESHES(CacheStats::refreshCount),
  FAILURE_HITS(CacheStats::failureHitCount),
  REJECTED(CacheStats::rejectedCount),
  BATCHES(CacheStats::batchCount),
  BATCHED_KEYS(CacheStats::batchedKeyCount);

  private final ToLongFunction<CacheStats> counted;

  ModelStat(ToLongFunction<CacheStats> counted) {
    this.counted = counted;
  }

  /** Returns what a cache has counted. */
  long of(CacheStats stats) {
    return counted.applyAsLong(stats);
  }
}
