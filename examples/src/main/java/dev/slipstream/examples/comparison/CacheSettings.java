package dev.slipstream.examples.comparison;

import java.time.Duration;

/** The settings of both caches, so that nothing but the cache differs. */
final class CacheSettings {
  static final long MAXIMUM_SIZE = 10_000;
  static final Duration TIME_TO_LIVE = Duration.ofMillis(3_500);

  private CacheSettings() {}
}
