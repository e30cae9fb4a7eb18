package dev.slipstream;

import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When entries are renewed before they expire, and what follows a failure.
 *
 * @param refreshNanos at what age an entry is due; zero for never
 * @param earlyBeta how much earlier than its expiry an entry may be refreshed; zero for not at all
 * @param backoff how long the next try of a key waits whose load has failed
 * @param staleNanos how long an expired value is kept for callers whose fetch fails; zero for not
 *     at all
 * @param coversFailure in place of which failures callers get it
 * @param softNanos after how long callers get it in place of waiting; zero for never
 * @param failureTtl how long a failure is remembered; null for not at all
 * @param remembersFailure which failures are
 */
record Freshness(
    long refreshNanos,
    double earlyBeta,
    Backoff.Limits backoff,
    long staleNanos,
    Predicate<? super Throwable> coversFailure,
    long softNanos,
    @Nullable Duration failureTtl,
    Predicate<? super Throwable> remembersFailure) {

  /** Returns whether a hit may start a refresh. */
  boolean refreshesOnHits() {
    return refreshNanos > 0 || earlyBeta > 0;
  }

  /** Returns whether entries are to know more of themselves than when they were written. */
  boolean followsEntries() {
    return refreshesOnHits() || staleNanos > 0;
  }

  /** Returns whether something is due that old. */
  boolean isDue(long ageNanos) {
    return refreshNanos > 0 && ageNanos >= refreshNanos;
  }
}
