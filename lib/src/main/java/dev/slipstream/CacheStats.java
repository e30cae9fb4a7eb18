package dev.slipstream;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a cache with {@link CoalescingCacheBuilder#recordStats()} has counted since it was built.
 *
 * <p>At rest, calls that fetch are {@code hitCount + joinCount + fetchCount}, and {@code
 * fetchCount} is {@code successCount + absentCount + failureCount + abandonedCount + timeoutCount}.
 * A bulk call counts once for each key. While fetches run, the counts are read one after another.
 */
public final class CacheStats {
  private final Map<StatsCount, Long> counts;

  CacheStats(Map<StatsCount, Long> counts) {
    this.counts = counts;
  }

  private long count(StatsCount count) {
    return counts.getOrDefault(count, 0L);
  }

  /**
   * Returns the number of calls that found a cached value, or a marker of its absence.
   *
   * @return a count
   */
  public long hitCount() {
    return count(StatsCount.HITS);
  }

  /**
   * Returns the number of calls that joined a fetch which was running already.
   *
   * @return a count
   */
  public long joinCount() {
    return count(StatsCount.JOINS);
  }

  /**
   * Returns the number of fetches that were started.
   *
   * @return a count
   */
  public long fetchCount() {
    return count(StatsCount.FETCHES);
  }

  /**
   * Returns the number of fetches that returned a value.
   *
   * @return a count
   */
  public long successCount() {
    return count(StatsCount.SUCCESSES);
  }

  /**
   * Returns the number of fetches that found that there is no value.
   *
   * @return a count
   */
  public long absentCount() {
    return count(StatsCount.ABSENTS);
  }

  /**
   * Returns the number of fetches that failed, were refused, aborted or ended by close.
   *
   * @return a count
   */
  public long failureCount() {
    return count(StatsCount.FAILURES);
  }

  /**
   * Returns the number of fetches that were cancelled because their last caller left, or that were
   * lost.
   *
   * @return a count
   */
  public long abandonedCount() {
    return count(StatsCount.ABANDONED);
  }

  /**
   * Returns the number of fetches that the cache's fetch timeout ended.
   *
   * @return a count
   */
  public long timeoutCount() {
    return count(StatsCount.TIMEOUTS);
  }

  /**
   * Returns the number of fetches whose result was not to be stored, because their key was written
   * meanwhile.
   *
   * @return a count
   */
  public long fencedCount() {
    return count(StatsCount.FENCED);
  }

  /**
   * Returns the number of calls that got a value which was due for renewal, or had expired: those
   * whose origin is {@link Origin#STALE}. Those that got it at once are hits as well.
   *
   * @return a count
   */
  public long staleCount() {
    return count(StatsCount.STALE);
  }

  /**
   * Returns the number of calls that got an expired value in place of a failure, as {@link
   * CoalescingCacheBuilder#staleIfError(java.time.Duration)} says: with their fetch's failure, or
   * at once in the time after one. {@link #staleCount} counts them as well.
   *
   * @return a count
   */
  public long staleOnErrorCount() {
    return count(StatsCount.STALE_ON_ERROR);
  }

  /**
   * Returns the number of fetches that took longer than {@link CoalescingCacheBuilder#softTimeout},
   * while an expired value was kept for their callers.
   *
   * @return a count
   */
  public long softTimeoutCount() {
    return count(StatsCount.SOFT_TIMEOUTS);
  }

  /**
   * Returns the number of fetches that were refused because of {@link
   * CoalescingCacheBuilder#maxConcurrentFetches}. They are failures as well.
   *
   * @return a count
   */
  public long rejectedCount() {
    return count(StatsCount.REJECTED);
  }

  /**
   * Returns the number of loads of keys that were gathered, as {@link
   * CoalescingCacheBuilder#buildBatching} says.
   *
   * @return a count
   */
  public long batchCount() {
    return count(StatsCount.BATCHES);
  }

  /**
   * Returns the number of keys that those loads were asked for.
   *
   * @return a count
   */
  public long batchedKeyCount() {
    return count(StatsCount.BATCHED_KEYS);
  }

  /**
   * Returns the number of fetches that were started because an entry was due, as {@link
   * CoalescingCacheBuilder#refreshAfterWrite} says. No call counts for them.
   *
   * @return a count
   */
  public long refreshCount() {
    return count(StatsCount.REFRESHES);
  }

  /**
   * Returns the number of fetches that were started because an entry would expire soon, as {@link
   * CoalescingCacheBuilder#earlyRefresh} says. No call counts for them.
   *
   * @return a count
   */
  public long earlyRefreshCount() {
    return count(StatsCount.EARLY_REFRESHES);
  }

  /**
   * Returns the number of calls that got a failure which is remembered, as {@link
   * CoalescingCacheBuilder#failureTtl(java.time.Duration)} says. They are hits as well.
   *
   * @return a count
   */
  public long failureHitCount() {
    return count(StatsCount.FAILURE_HITS);
  }

  /**
   * Returns the number of entries that left because of their size or age.
   *
   * @return a count
   */
  public long evictionCount() {
    return count(StatsCount.EVICTIONS);
  }

  /**
   * Returns the number of fetches that found a value in the ledger, or that there is none.
   *
   * @return a count; 0 without a ledger
   */
  public long ledgerHitCount() {
    return count(StatsCount.LEDGER_HITS);
  }

  /**
   * Returns the number of fetches that waited for another node's.
   *
   * @return a count; 0 without a ledger
   */
  public long remoteWaitCount() {
    return count(StatsCount.REMOTE_WAITS);
  }

  /**
   * Returns the number of fetches that this node took over, since another's lease had run out.
   *
   * @return a count; 0 without a ledger
   */
  public long takeoverCount() {
    return count(StatsCount.TAKEOVERS);
  }

  /**
   * Returns the number of fetches whose completion the ledger refused, since their lease was no
   * longer valid.
   *
   * @return a count; 0 without a ledger
   */
  public long ledgerFencedCount() {
    return count(StatsCount.LEDGER_FENCED);
  }

  /**
   * Returns the number of fetches that the ledger could not be asked for: they were loaded here
   * only, or failed.
   *
   * @return a count; 0 without a ledger
   */
  public long ledgerAwayCount() {
    return count(StatsCount.LEDGER_AWAY);
  }

  /**
   * Returns the number of fetches whose value could not be shared: it was too long, or could not be
   * written or read.
   *
   * @return a count; 0 without a ledger
   */
  public long unsharedCount() {
    return count(StatsCount.UNSHARED);
  }

  /**
   * Returns how long all ended fetches took together, from their start to their end.
   *
   * @return nanoseconds on the wall clock
   */
  public long totalFetchNanos() {
    return count(StatsCount.FETCH_NANOS);
  }

  /**
   * Returns the number of events that were dropped because the event sink had no time for them;
   * counted whether or not statistics were asked for.
   *
   * @return a count
   */
  public long droppedEventCount() {
    return count(StatsCount.DROPPED_EVENTS);
  }

  /**
   * Returns the number of changes of which listeners were not notified one by one, because they had
   * not kept up: each was merged into an earlier one of the same key. Counted whether or not
   * statistics were asked for.
   *
   * @return a count
   */
  public long coalescedChangeCount() {
    return count(StatsCount.COALESCED_CHANGES);
  }

  /**
   * Returns the number of reads that found a cached value: {@code getIfPresent}, {@code
   * getAllPresent} and {@code asMap().get}, which start and join nothing.
   *
   * @return a count; a bulk read counts once a key
   */
  public long readHitCount() {
    return count(StatsCount.READ_HITS);
  }

  /**
   * Returns the number of reads that found nothing: see {@link #readHitCount()}.
   *
   * @return a count; a bulk read counts once a key
   */
  public long readMissCount() {
    return count(StatsCount.READ_MISSES);
  }

  /**
   * Returns the number of values that were put: by {@code put}, by {@code putAll} for each key, and
   * by writes through {@code asMap()} that gave a key another value. What fetches, {@code restore}
   * and {@code merge} store is not counted.
   *
   * @return a count
   */
  public long putCount() {
    return count(StatsCount.PUTS);
  }

  /**
   * Returns the sum of the weights of the entries that left because of their size or age.
   *
   * @return a sum; without a weigher each entry weighs 1
   */
  public long evictionWeight() {
    return count(StatsCount.EVICTION_WEIGHT);
  }

  /**
   * Returns which part of the calls that fetch found a cached value.
   *
   * @return {@code hitCount} divided by all calls, which are {@code hitCount + joinCount +
   *     fetchCount} without the fetches of no call, {@code refreshCount + earlyRefreshCount}; 1 if
   *     there was none
   */
  public double hitRate() {
    long background = refreshCount() + earlyRefreshCount();
    long calls = hitCount() + joinCount() + fetchCount() - background;
    return calls <= 0 ? 1 : (double) hitCount() / calls;
  }

  /**
   * Returns which part of the calls that were no hits was spared a fetch of its own.
   *
   * @return {@code joinCount ÷ (joinCount + fetchCount)}; 0 if there was no such call
   */
  public double coalescingRate() {
    long misses = joinCount() + fetchCount();
    return misses == 0 ? 0 : (double) joinCount() / misses;
  }

  /**
   * Returns what was counted since earlier statistics of the same cache.
   *
   * @param earlier the earlier statistics
   * @return the differences, none of them less than 0
   */
  public CacheStats minus(CacheStats earlier) {
    Objects.requireNonNull(earlier, "earlier");
    Map<StatsCount, Long> differences = new EnumMap<>(StatsCount.class);
    counts.forEach(
        (count, number) -> differences.put(count, Math.max(0, number - earlier.count(count))));
    return new CacheStats(differences);
  }

  /** Returns all counts by name. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey().label() + "=" + entry.getValue())
        .collect(Collectors.joining(", ", "CacheStats[", "]"));
  }
}
