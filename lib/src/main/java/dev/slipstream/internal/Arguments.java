package dev.slipstream.internal;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Refuses bad arguments, and says which. */
public final class Arguments {
  private Arguments() {}

  /**
   * Refuses a number that is not positive.
   *
   * @param name what the number is
   * @param value the number
   * @return the number
   */
  public static int requirePositive(String name, int value) {
    return (int) requirePositive(name, (long) value);
  }

  /**
   * Refuses a number that is not positive.
   *
   * @param name what the number is
   * @param value the number
   * @return the number
   */
  public static long requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, but is %d".formatted(name, value));
    }
    return value;
  }

  /**
   * Refuses a number that is negative.
   *
   * @param name what the number is
   * @param value the number
   * @return the number
   */
  public static long notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "%s must not be negative, but is %d".formatted(name, value));
    }
    return value;
  }

  /**
   * Refuses a duration that is not positive.
   *
   * @param name what the duration is
   * @param value the duration
   * @return the duration
   */
  public static Duration requirePositive(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "%s must be more than zero, but is %s".formatted(name, value));
    }
    return value;
  }

  /**
   * Refuses a duration that is negative.
   *
   * @param name what the duration is
   * @param value the duration
   * @return the duration
   */
  public static Duration notNegative(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "%s must not be negative, but is %s".formatted(name, value));
    }
    return value;
  }

  /**
   * Refuses an empty text.
   *
   * @param name what the text is
   * @param value the text
   * @return the text
   */
  public static String notEmpty(String name, String value) {
    Objects.requireNonNull(value, name);
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " must have a character or more, but is empty");
    }
    return value;
  }

  /**
   * Returns a duration as clocks count.
   *
   * @param duration any duration
   * @return nanoseconds; a duration that is too long for them is the longest there is
   */
  public static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /**
   * Requires that a setting was not set before.
   *
   * @param present what it is set to; null if it is not
   * @param setting its name
   * @param value what it is to be set to
   * @throws IllegalStateException if it is set
   */
  public static void requireUnset(@Nullable Object present, String setting, Object value) {
    if (present != null) {
      throw new IllegalStateException(
          "%s is set already, to %s: it cannot be set again, to %s"
              .formatted(setting, present, value));
    }
  }
}
