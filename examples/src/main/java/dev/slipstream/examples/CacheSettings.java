package dev.slipstream.examples;

import java.time.Duration;

/** What both caches are set to, so that nothing but the cache differs. */
final class CacheSettings {
  static final long MAXIMUM_SIZE = 10_000;
  static final Duration TIME_TO_LIVE = Duration.ofMillis(3_500);

  private CacheSettings() {}
}
