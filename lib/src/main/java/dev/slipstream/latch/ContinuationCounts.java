package dev.slipstream.latch;

import org.jspecify.annotations.Nullable;

/**
 * What the continuations of one job have come to. Its monitor guards the counts, and all that
 * {@link Continuations} keeps beside them. What most jobs never count is made when it is needed.
 */
final class ContinuationCounts {
  private @Nullable Rare rare;
  long fired;
  long succeeded;
  long totalNanos;
  long longestNanos;

  /** Returns the rarer counts, to be changed. Called under this. */
  Rare rare() {
    if (rare == null) {
      rare = new Rare();
    }
    return rare;
  }

  /** Returns the rarer counts, to be read. Called under this. */
  Rare rareSoFar() {
    return rare == null ? Rare.NONE : rare;
  }

  /** Counts what becomes of a continuation whose job has ended. Called under this. */
  Fate count(Fate fate) {
    switch (fate) {
      case FIRED -> fired++;
      case FILTERED -> rare().filtered++;
      case DROPPED -> rare().dropped++;
      case REFUSED -> rare().refused++;
    }
    return fate;
  }

  /** Counts a run, after which the continuation is tried once more. */
  synchronized void retried(long nanos, boolean late) {
    ran(nanos, late);
    rare().retried++;
  }

  /** Counts the last run of a continuation. */
  synchronized void ended(long nanos, boolean late, boolean success) {
    ran(nanos, late);
    if (success) {
      succeeded++;
    } else {
      rare().failed++;
    }
  }

  private void ran(long nanos, boolean late) {
    totalNanos += nanos;
    longestNanos = Math.max(longestNanos, nanos);
    if (late) {
      rare().timedOut++;
    }
  }

  /** The counts that mostly stay zero. Guarded by their counts. */
  static final class Rare {
    private static final Rare NONE = new Rare();

    long replaced;
    long removed;
    long filtered;
    long dropped;
    long refused;
    long failed;
    long timedOut;
    long retried;
  }

  /** What becomes of a continuation once the outcome is known. */
  enum Fate {
    /** It runs. */
    FIRED,
    /** Its options filter such an outcome out. */
    FILTERED,
    /** Its queue was full. */
    DROPPED,
    /** Its queue was full, and its registration throws. */
    REFUSED
  }
}
