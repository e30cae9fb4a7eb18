package dev.slipstream.spring.boot;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import dev.slipstream.InFlight;
import dev.slipstream.spring.boot.SlipstreamEndpoint.CacheReport;
import dev.slipstream.spring.boot.SlipstreamEndpoint.LoadReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the endpoint says of a cache. */
final class CacheReports {
  private static final int MOST_LOADS = 100;
  private static final String MASK = "******";

  private final boolean showKeys;

  CacheReports(boolean showKeys) {
    this.showKeys = showKeys;
  }

  CacheReport of(CoalescingCache<Object, Object> cache) {
    List<InFlight<Object>> loads = cache.inFlight();
    return new CacheReport(
        cache.estimatedSize(),
        loads.size(),
        cache.awaiterCount(),
        cache.isRecordingStats() ? statistics(cache.stats()) : null,
        loads.stream().limit(MOST_LOADS).map(this::of).toList());
  }

  private LoadReport of(InFlight<Object> load) {
    return new LoadReport(
        load.fetchId(),
        showKeys ? text(load.key()) : MASK,
        load.cause(),
        load.phase(),
        load.age().toMillis(),
        load.awaiters(),
        load.continuations(),
        load.fenced());
  }

  /** Returns what a key says of itself, which it may fail to. */
  static String text(Object key) {
    try {
      return String.valueOf(key);
    } catch (RuntimeException e) {
      return key.getClass().getName() + " (its toString failed)";
    }
  }

  private static Map<String, Number> statistics(CacheStats stats) {
    Map<String, Number> counts = new LinkedHashMap<>();
    counts.put("hitRate", stats.hitRate());
    counts.put("coalescingRate", stats.coalescingRate());
    counts.put("hits", stats.hitCount());
    counts.put("joins", stats.joinCount());
    counts.put("fetches", stats.fetchCount());
    counts.put("successes", stats.successCount());
    counts.put("absents", stats.absentCount());
    counts.put("failures", stats.failureCount());
    counts.put("abandoned", stats.abandonedCount());
    counts.put("timeouts", stats.timeoutCount());
    counts.put("fenced", stats.fencedCount());
    counts.put("totalFetchMillis", TimeUnit.NANOSECONDS.toMillis(stats.totalFetchNanos()));
    counts.put("stale", stats.staleCount());
    counts.put("staleOnError", stats.staleOnErrorCount());
    counts.put("softTimeouts", stats.softTimeoutCount());
    counts.put("rejected", stats.rejectedCount());
    counts.put("batches", stats.batchCount());
    counts.put("batchedKeys", stats.batchedKeyCount());
    counts.put("refreshes", stats.refreshCount());
    counts.put("earlyRefreshes", stats.earlyRefreshCount());
    counts.put("failureHits", stats.failureHitCount());
    counts.put("readHits", stats.readHitCount());
    counts.put("readMisses", stats.readMissCount());
    counts.put("puts", stats.putCount());
    counts.put("evictions", stats.evictionCount());
    counts.put("evictionWeight", stats.evictionWeight());
    counts.put("ledgerHits", stats.ledgerHitCount());
    counts.put("remoteWaits", stats.remoteWaitCount());
    counts.put("takeovers", stats.takeoverCount());
    counts.put("ledgerFenced", stats.ledgerFencedCount());
    counts.put("ledgerAway", stats.ledgerAwayCount());
    counts.put("unshared", stats.unsharedCount());
    counts.put("droppedEvents", stats.droppedEventCount());
    counts.put("coalescedChanges", stats.coalescedChangeCount());
    return counts;
  }
}
