package dev.slipstream.page;

import java.time.Duration;
import java.util.Objects;

/** Durations as the settings take them, and as clocks count. */
final class Durations {
  private Durations() {}

  static Duration positive(String name, Duration value) {
    if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "%s must be more than zero, but is %s".formatted(name, value));
    }
    return value;
  }

  /** Returns nanoseconds, at most half of what a clock can count. */
  static long nanos(Duration value) {
    Duration most = Duration.ofNanos(Long.MAX_VALUE / 2);
    return (value.compareTo(most) < 0 ? value : most).toNanos();
  }
}
