package dev.slipstream.micrometer;

import org.jspecify.annotations.Nullable;

/** What Micrometer asks of the binder of any cache, with calls that fetch. */
class FetchesCompatibilityTest extends CompatibilityKit {
  @Override
  public @Nullable String get(String key) {
    return cache.get(key, absent -> null);
  }
}
