package dev.slipstream.latch;

/**
 * What the continuations of one job have come to. Its monitor guards the counts, and all that
 * {@link Continuations} keeps beside them.
 */
final class Tally {
  long replaced;
  long removed;
  long filtered;
  long dropped;
  long refused;
  long fired;
  long succeeded;
  long failed;
  long timedOut;
  long retried;
  long totalNanos;
  long longestNanos;

  /** Counts what becomes of a continuation whose job has ended. Called under this. */
  Fate count(Fate fate) {
    switch (fate) {
      case FIRED -> fired++;
      case FILTERED -> filtered++;
      case DROPPED -> dropped++;
      case REFUSED -> refused++;
    }
    return fate;
  }

  /** Counts a run, after which the continuation is tried once more. */
  synchronized void retried(long nanos, boolean late) {
    ran(nanos, late);
    retried++;
  }

  /** Counts the last run of a continuation. */
  synchronized void ended(long nanos, boolean late, boolean success) {
    ran(nanos, late);
    if (success) {
      succeeded++;
    } else {
      failed++;
    }
  }

  private void ran(long nanos, boolean late) {
    totalNanos += nanos;
    longestNanos = Math.max(longestNanos, nanos);
    if (late) {
      timedOut++;
    }
  }

  /** What becomes of a continuation once the outcome is known. */
  enum Fate {
    /** It runs. */
    FIRED,
    /** It does not want such an outcome. */
    FILTERED,
    /** Its queue was full. */
    DROPPED,
    /** Its queue was full, and who registers it is told so. */
    REFUSED
  }
}
