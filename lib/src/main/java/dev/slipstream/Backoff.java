package dev.slipstream;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How often in a row the loads of a key have failed, and until when it is not loaded again. Each
 * wait is twice the one before, up to a maximum, and of that a part drawn between half and the
 * whole, so that many keys of one failed backend are not all tried again at once.
 *
 * @param failures how many loads have failed since the last that succeeded, 1 or more
 * @param untilNanos when the next may start, by the cache's ticker
 * @param covered whether callers get an expired value in place of the last failure
 */
record Backoff(int failures, long untilNanos, boolean covered) {

  /** Returns the state after one more failure. */
  static Backoff afterFailure(
      @Nullable Backoff before, Limits limits, long nowNanos, boolean covered) {
    int failures = before == null ? 1 : before.failures + 1;
    long wait = limits.wait(failures);
    long drawn = wait - (long) (ThreadLocalRandom.current().nextDouble() * (wait / 2 + 1));
    return new Backoff(failures, nowNanos + Math.max(wait / 2, drawn), covered);
  }

  boolean isOver(long nowNanos) {
    return nowNanos - untilNanos >= 0;
  }

  /** The shortest and the longest wait; two zeros for no wait at all. */
  record Limits(long minNanos, long maxNanos) {
    private static final int MOST_DOUBLINGS = 62;

    /** Returns the wait after so many failures in a row. */
    long wait(int failures) {
      int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
      return minNanos > maxNanos >> doublings ? maxNanos : minNanos << doublings;
    }
  }
}
