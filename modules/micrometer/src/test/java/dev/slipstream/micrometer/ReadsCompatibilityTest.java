package dev.slipstream.micrometer;

import org.jspecify.annotations.Nullable;

/** What Micrometer asks of the binder of any cache, with reads. */
class ReadsCompatibilityTest extends CompatibilityKit {
  @Override
  public @Nullable String get(String key) {
    return cache.getIfPresent(key);
  }
}
