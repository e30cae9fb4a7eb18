package dev.slipstream;

/**
 * When entries are renewed before they expire.
 *
 * @param refreshNanos at what age an entry is due; zero for never
 * @param earlyBeta how much earlier than its expiry an entry may be refreshed; zero for not at all
 * @param backoff how long the next try of a key waits whose load has failed
 */
record Freshness(long refreshNanos, double earlyBeta, Backoff.Limits backoff) {

  /** Returns whether a hit may start a refresh. */
  boolean refreshesOnHits() {
    return refreshNanos > 0 || earlyBeta > 0;
  }

  /** Returns whether something is due that old. */
  boolean isDue(long ageNanos) {
    return refreshNanos > 0 && ageNanos >= refreshNanos;
  }
}
