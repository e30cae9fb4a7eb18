package dev.slipstream;

import java.time.Duration;

/** Durations in nanoseconds, as clocks count. */
final class Durations {
  private Durations() {}

  /** Returns nanoseconds; a duration that is too long for them is the longest there is. */
  static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
