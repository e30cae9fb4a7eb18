package dev.slipstream.latch;

import java.time.Duration;

/**
 * What the continuations of one job have come to, at one instant. At every instant
 *
 * <pre>
 * registered = waiting + replaced + removed + filtered + dropped + fired
 * </pre>
 *
 * and, once all that were fired have ended, {@code fired = succeeded + failed}. A continuation
 * counts once in these, however often it is tried; {@link #timedOut} and {@link #retried} and the
 * durations count its runs. A registration that was refused counts nowhere but in {@link #refused}.
 */
public final class ContinuationStats {
  private final long waiting;
  private final long replaced;
  private final long removed;
  private final long filtered;
  private final long dropped;
  private final long refused;
  private final long fired;
  private final long succeeded;
  private final long failed;
  private final long timedOut;
  private final long retried;
  private final long totalNanos;
  private final long longestNanos;

  /** Called under the counts. */
  ContinuationStats(ContinuationCounts counts, int waiting) {
    this.waiting = waiting;
    ContinuationCounts.Rare rare = counts.rareSoFar();
    replaced = rare.replaced;
    removed = rare.removed;
    filtered = rare.filtered;
    dropped = rare.dropped;
    refused = rare.refused;
    fired = counts.fired;
    succeeded = counts.succeeded;
    failed = rare.failed;
    timedOut = rare.timedOut;
    retried = rare.retried;
    totalNanos = counts.totalNanos;
    longestNanos = counts.longestNanos;
  }

  /**
   * Returns how many registrations were accepted, late ones included.
   *
   * @return a count
   */
  public long registered() {
    return waiting + replaced + removed + filtered + dropped + fired;
  }

  /**
   * Returns how many wait for the outcome.
   *
   * @return a count; zero once the outcome is known
   */
  public long waiting() {
    return waiting;
  }

  /**
   * Returns how many will not run because another took their name.
   *
   * @return a count
   */
  public long replaced() {
    return replaced;
  }

  /**
   * Returns how many will not run because they were taken off.
   *
   * @return a count
   */
  public long removed() {
    return removed;
  }

  /**
   * Returns how many did not run because their options filtered the outcome out.
   *
   * @return a count
   */
  public long filtered() {
    return filtered;
  }

  /**
   * Returns how many did not run because their queue was full.
   *
   * @return a count
   */
  public long dropped() {
    return dropped;
  }

  /**
   * Returns how many registrations were refused because their queue was full.
   *
   * @return a count
   */
  public long refused() {
    return refused;
  }

  /**
   * Returns how many got the outcome: they have run, run, or are on their way to a thread.
   *
   * @return a count
   */
  public long fired() {
    return fired;
  }

  /**
   * Returns how many have returned from their last run, in time.
   *
   * @return a count
   */
  public long succeeded() {
    return succeeded;
  }

  /**
   * Returns how many threw or timed out in their last run.
   *
   * @return a count
   */
  public long failed() {
    return failed;
  }

  /**
   * Returns how many runs were interrupted by their timeout.
   *
   * @return a count
   */
  public long timedOut() {
    return timedOut;
  }

  /**
   * Returns how many runs failed and were, or are to be, followed by another.
   *
   * @return a count
   */
  public long retried() {
    return retried;
  }

  /**
   * Returns how long all ended runs took together, without the time before and between them.
   *
   * @return a duration on the wall clock
   */
  public Duration totalDuration() {
    return Duration.ofNanos(totalNanos);
  }

  /**
   * Returns how long the longest of the ended runs took.
   *
   * @return a duration on the wall clock; zero if there was none
   */
  public Duration longestDuration() {
    return Duration.ofNanos(longestNanos);
  }

  @Override
  public String toString() {
    return "ContinuationStats[registered=%d, waiting=%d, replaced=%d, removed=%d, filtered=%d, "
            .formatted(registered(), waiting, replaced, removed, filtered)
        + "dropped=%d, refused=%d, fired=%d, succeeded=%d, failed=%d, timedOut=%d, retried=%d, "
            .formatted(dropped, refused, fired, succeeded, failed, timedOut, retried)
        + "totalDuration=%s, longestDuration=%s]".formatted(totalDuration(), longestDuration());
  }
}
