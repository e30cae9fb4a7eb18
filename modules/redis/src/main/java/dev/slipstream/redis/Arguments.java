package dev.slipstream.redis;

import java.time.Duration;
import java.util.Objects;

/** Checks of arguments, as every ledger makes them. */
final class Arguments {
  private static final Duration SHORTEST_LEASE = Duration.ofMillis(10);

  private Arguments() {}

  static String notBlank(String text, String name) {
    if (Objects.requireNonNull(text, name).isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank: give it a name");
    }
    return text;
  }

  static Duration leaseTime(Duration time, String name) {
    if (Objects.requireNonNull(time, name).compareTo(SHORTEST_LEASE) < 0) {
      throw new IllegalArgumentException(
          "%s must be at least %s, but is %s".formatted(name, SHORTEST_LEASE, time));
    }
    return time;
  }

  static Duration positive(Duration time, String name) {
    if (Objects.requireNonNull(time, name).isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "%s must be longer than zero, but is %s".formatted(name, time));
    }
    return time;
  }

  static Duration notNegative(Duration time, String name) {
    if (Objects.requireNonNull(time, name).isNegative()) {
      throw new IllegalArgumentException(
          "%s must not be negative, but is %s: give zero or more".formatted(name, time));
    }
    return time;
  }

  static long notNegative(long number, String name) {
    if (number < 0) {
      throw new IllegalArgumentException(
          "%s must not be negative, but is %d: give 0 or more".formatted(name, number));
    }
    return number;
  }

  static int atLeastOne(int number, String name) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "%s must be at least 1, but is %d".formatted(name, number));
    }
    return number;
  }
}
