package dev.slipstream.micrometer;

import dev.slipstream.CoalescingCache;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinderCompatibilityKit;

/** Micrometer's kit for the binders of caches, with a cache of this library. */
abstract class CompatibilityKit
    extends CacheMeterBinderCompatibilityKit<CoalescingCache<String, String>> {
  @Override
  public CoalescingCache<String, String> createCache() {
    return CoalescingCache.builder().recordStats().build();
  }

  @Override
  public CacheMeterBinder<CoalescingCache<String, String>> binder() {
    return new SlipstreamMetrics<>(cache, "mycache", Tags.empty());
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }
}
