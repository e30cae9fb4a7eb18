package dev.slipstream.page;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import java.util.List;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;

/**
 * A number that the page plots: what a cache has now, or has counted since it was built.
 *
 * @param label its name in the JSON
 * @param number returns it
 */
record Column(String label, ToLongBiFunction<CoalescingCache<?, ?>, CacheStats> number) {
  /** All of them, in the order in which they stand in a row. */
  static final List<Column> ALL =
      List.of(
          new Column("at", (cache, stats) -> System.currentTimeMillis()),
          new Column("inFlight", (cache, stats) -> cache.inFlightCount()),
          new Column("callers", (cache, stats) -> cache.awaiterCount()),
          new Column("size", (cache, stats) -> cache.estimatedSize()),
          counted("hits", CacheStats::hitCount),
          counted("joins", CacheStats::joinCount),
          counted("fetches", CacheStats::fetchCount),
          counted("background", stats -> stats.refreshCount() + stats.earlyRefreshCount()),
          counted("successes", CacheStats::successCount),
          counted("absents", CacheStats::absentCount),
          counted("failures", CacheStats::failureCount),
          counted("timeouts", CacheStats::timeoutCount),
          counted("abandoned", CacheStats::abandonedCount),
          counted("fenced", CacheStats::fencedCount),
          counted("fetchMicros", stats -> stats.totalFetchNanos() / 1_000));

  private static Column counted(String label, ToLongFunction<CacheStats> count) {
    return new Column(label, (cache, stats) -> count.applyAsLong(stats));
  }

  /** Returns the number of each column, in their order. */
  static long[] row(CoalescingCache<?, ?> cache, CacheStats stats) {
    return ALL.stream().mapToLong(column -> column.number.applyAsLong(cache, stats)).toArray();
  }
}
