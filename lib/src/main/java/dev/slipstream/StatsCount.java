package dev.slipstream;

/** What {@link CacheStats} has a number for. */
enum StatsCount {
  HITS("hits"),
  JOINS("joins"),
  FETCHES("fetches"),
  SUCCESSES("successes"),
  ABSENTS("absents"),
  FAILURES("failures"),
  ABANDONED("abandoned"),
  TIMEOUTS("timeouts"),
  FENCED("fenced"),
  STALE("stale"),
  STALE_ON_ERROR("staleOnError"),
  SOFT_TIMEOUTS("softTimeouts"),
  REFRESHES("refreshes"),
  EARLY_REFRESHES("earlyRefreshes"),
  FAILURE_HITS("failureHits"),
  REJECTED("rejected"),
  BATCHES("batches"),
  BATCHED_KEYS("batchedKeys"),
  EVICTIONS("evictions"),
  EVICTION_WEIGHT("evictionWeight"),
  READ_HITS("readHits"),
  READ_MISSES("readMisses"),
  PUTS("puts"),
  LEDGER_HITS("ledgerHits"),
  REMOTE_WAITS("remoteWaits"),
  TAKEOVERS("takeovers"),
  LEDGER_FENCED("ledgerFenced"),
  LEDGER_AWAY("ledgerAway"),
  UNSHARED("unshared"),
  FETCH_NANOS("totalFetchNanos"),
  DROPPED_EVENTS("droppedEvents"),
  COALESCED_CHANGES("coalescedChanges");

  private final String label;

  StatsCount(String label) {
    this.label = label;
  }

  /** Returns what texts call it. */
  String label() {
    return label;
  }
}
