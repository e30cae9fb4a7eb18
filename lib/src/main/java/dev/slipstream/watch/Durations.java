package dev.slipstream.watch;

import java.time.Duration;
import java.util.Objects;

/** Durations in nanoseconds, as clocks count. */
final class Durations {
  private Durations() {}

  /** Returns nanoseconds; a duration that is too long for them is the longest there is. */
  static long nonNegativeNanos(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "the timeout is %s: give zero to look without waiting, or more".formatted(timeout));
    }
    try {
      return timeout.toNanos();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }
}
