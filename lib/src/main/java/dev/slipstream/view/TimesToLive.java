package dev.slipstream.view;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Moves the moment that remaining times to live are counted from. */
final class TimesToLive {
  private TimesToLive() {}

  /** What had {@code expiresIn} to live some time ago, as of now. */
  static <K, V> EntryView<K, V> later(EntryView<K, V> entry, Duration elapsed) {
    Duration expiresIn = plus(entry.expiresIn(), elapsed.negated());
    return new EntryView<>(entry.key(), entry.value(), entry.writtenAt(), expiresIn);
  }

  /** Adds; a sum out of range is as good as the time itself: both are forever, or long over. */
  static @Nullable Duration plus(@Nullable Duration expiresIn, Duration elapsed) {
    if (expiresIn == null) {
      return null;
    }
    try {
      return expiresIn.plus(elapsed);
    } catch (ArithmeticException e) {
      return expiresIn;
    }
  }

  /** The time since a {@link System#nanoTime}. */
  static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
