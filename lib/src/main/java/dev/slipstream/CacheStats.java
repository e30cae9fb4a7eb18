package dev.slipstream;

/**
 * What a cache with {@link CoalescingCacheBuilder#recordStats()} has counted since it was built.
 *
 * <p>At rest, calls that fetch are {@code hitCount + joinCount + fetchCount}, and {@code
 * fetchCount} is {@code successCount + absentCount + failureCount + abandonedCount + timeoutCount}.
 * A bulk call counts once for each key. While fetches run, the counts are read one after another.
 */
public final class CacheStats {
  private final long hitCount;
  private final long joinCount;
  private final long fetchCount;
  private final long successCount;
  private final long absentCount;
  private final long failureCount;
  private final long abandonedCount;
  private final long timeoutCount;
  private final long fencedCount;
  private final long staleCount;
  private final long refreshCount;
  private final long earlyRefreshCount;
  private final long evictionCount;
  private final long ledgerHitCount;
  private final long remoteWaitCount;
  private final long takeoverCount;
  private final long ledgerFencedCount;
  private final long ledgerAwayCount;
  private final long unsharedCount;
  private final long totalFetchNanos;
  private final long droppedEventCount;
  private final long coalescedChangeCount;

  CacheStats(StatsRecorder recorder, long droppedEventCount, long coalescedChangeCount) {
    hitCount = recorder.hitCount();
    joinCount = recorder.joinCount();
    fetchCount = recorder.fetchCount();
    successCount = recorder.successCount();
    absentCount = recorder.absentCount();
    failureCount = recorder.failureCount();
    abandonedCount = recorder.abandonedCount();
    timeoutCount = recorder.timeoutCount();
    fencedCount = recorder.fencedCount();
    staleCount = recorder.staleCount();
    refreshCount = recorder.refreshCount();
    earlyRefreshCount = recorder.earlyRefreshCount();
    evictionCount = recorder.evictionCount();
    ledgerHitCount = recorder.ledgerHitCount();
    remoteWaitCount = recorder.remoteWaitCount();
    takeoverCount = recorder.takeoverCount();
    ledgerFencedCount = recorder.ledgerFencedCount();
    ledgerAwayCount = recorder.ledgerAwayCount();
    unsharedCount = recorder.unsharedCount();
    totalFetchNanos = recorder.totalFetchNanos();
    this.droppedEventCount = droppedEventCount;
    this.coalescedChangeCount = coalescedChangeCount;
  }

  /**
   * Returns the number of calls that found a cached value, or a marker of its absence.
   *
   * @return a count
   */
  public long hitCount() {
    return hitCount;
  }

  /**
   * Returns the number of calls that joined a fetch which was running already.
   *
   * @return a count
   */
  public long joinCount() {
    return joinCount;
  }

  /**
   * Returns the number of fetches that were started.
   *
   * @return a count
   */
  public long fetchCount() {
    return fetchCount;
  }

  /**
   * Returns the number of fetches that returned a value.
   *
   * @return a count
   */
  public long successCount() {
    return successCount;
  }

  /**
   * Returns the number of fetches that found that there is no value.
   *
   * @return a count
   */
  public long absentCount() {
    return absentCount;
  }

  /**
   * Returns the number of fetches that failed, were refused, aborted or ended by close.
   *
   * @return a count
   */
  public long failureCount() {
    return failureCount;
  }

  /**
   * Returns the number of fetches that were cancelled because their last caller left, or that were
   * lost.
   *
   * @return a count
   */
  public long abandonedCount() {
    return abandonedCount;
  }

  /**
   * Returns the number of fetches that the cache's fetch timeout ended.
   *
   * @return a count
   */
  public long timeoutCount() {
    return timeoutCount;
  }

  /**
   * Returns the number of fetches whose result was not to be stored, because their key was written
   * meanwhile.
   *
   * @return a count
   */
  public long fencedCount() {
    return fencedCount;
  }

  /**
   * Returns the number of calls that got a value which was due for renewal: those whose origin is
   * {@link Origin#STALE}. They are hits as well.
   *
   * @return a count
   */
  public long staleCount() {
    return staleCount;
  }

  /**
   * Returns the number of fetches that were started because an entry was due, as {@link
   * CoalescingCacheBuilder#refreshAfterWrite} says. No call counts for them.
   *
   * @return a count
   */
  public long refreshCount() {
    return refreshCount;
  }

  /**
   * Returns the number of fetches that were started because an entry would expire soon, as {@link
   * CoalescingCacheBuilder#earlyRefresh} says. No call counts for them.
   *
   * @return a count
   */
  public long earlyRefreshCount() {
    return earlyRefreshCount;
  }

  /**
   * Returns the number of entries that left because of their size or age.
   *
   * @return a count
   */
  public long evictionCount() {
    return evictionCount;
  }

  /**
   * Returns the number of fetches that found a value in the ledger, or that there is none.
   *
   * @return a count; 0 without a ledger
   */
  public long ledgerHitCount() {
    return ledgerHitCount;
  }

  /**
   * Returns the number of fetches that waited for another node's.
   *
   * @return a count; 0 without a ledger
   */
  public long remoteWaitCount() {
    return remoteWaitCount;
  }

  /**
   * Returns the number of fetches that this node took over, since another's lease had run out.
   *
   * @return a count; 0 without a ledger
   */
  public long takeoverCount() {
    return takeoverCount;
  }

  /**
   * Returns the number of fetches whose completion the ledger refused, since their lease was no
   * longer valid.
   *
   * @return a count; 0 without a ledger
   */
  public long ledgerFencedCount() {
    return ledgerFencedCount;
  }

  /**
   * Returns the number of fetches that the ledger could not be asked for: they were loaded here
   * only, or failed.
   *
   * @return a count; 0 without a ledger
   */
  public long ledgerAwayCount() {
    return ledgerAwayCount;
  }

  /**
   * Returns the number of fetches whose value could not be shared: it was too long, or could not be
   * written or read.
   *
   * @return a count; 0 without a ledger
   */
  public long unsharedCount() {
    return unsharedCount;
  }

  /**
   * Returns how long all ended fetches took together, from their start to their end.
   *
   * @return nanoseconds on the wall clock
   */
  public long totalFetchNanos() {
    return totalFetchNanos;
  }

  /**
   * Returns the number of events that were dropped because the event sink had no time for them;
   * counted whether or not statistics were asked for.
   *
   * @return a count
   */
  public long droppedEventCount() {
    return droppedEventCount;
  }

  /**
   * Returns the number of changes of which listeners were not notified one by one, because they had
   * not kept up: each was merged into an earlier one of the same key. Counted whether or not
   * statistics were asked for.
   *
   * @return a count
   */
  public long coalescedChangeCount() {
    return coalescedChangeCount;
  }

  @Override
  public String toString() {
    return "CacheStats[hits=%d, joins=%d, fetches=%d, successes=%d, absents=%d, failures=%d, "
            .formatted(hitCount, joinCount, fetchCount, successCount, absentCount, failureCount)
        + "abandoned=%d, timeouts=%d, fenced=%d, stale=%d, refreshes=%d, earlyRefreshes=%d, evictions=%d, totalFetchNanos=%d, "
            .formatted(
                abandonedCount,
                timeoutCount,
                fencedCount,
                staleCount,
                refreshCount,
                earlyRefreshCount,
                evictionCount,
                totalFetchNanos)
        + "droppedEvents=%d, coalescedChanges=%d]"
            .formatted(droppedEventCount, coalescedChangeCount);
  }
}
