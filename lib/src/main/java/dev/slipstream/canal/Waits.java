package dev.slipstream.canal;

import java.time.Duration;

/** Checks of what a pull is asked for. */
final class Waits {
  private Waits() {}

  static void checkPositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s was to be 1 or more, not %d".formatted(name, value));
    }
  }

  /** Returns a positive time in nanoseconds; what is too long for them is for ever. */
  static long nanos(String name, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "%s was to be more than zero, not %s".formatted(name, time));
    }
    try {
      return time.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
