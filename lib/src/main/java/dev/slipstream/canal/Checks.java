package dev.slipstream.canal;

import java.time.Duration;
import java.util.Objects;

/** Refuses bad arguments, and says which. */
final class Checks {
  private Checks() {}

  static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s was to be 1 or more, not %d".formatted(name, value));
    }
  }

  static void notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s was to be 0 or more, not %d".formatted(name, value));
    }
  }

  static void notEmpty(String name, String value) {
    Objects.requireNonNull(value, name);
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " was to have a character or more, but is empty");
    }
  }

  /** Returns a positive time in nanoseconds; what is too long for them is for ever. */
  static long nanos(String name, Duration time) {
    Objects.requireNonNull(time, name);
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
