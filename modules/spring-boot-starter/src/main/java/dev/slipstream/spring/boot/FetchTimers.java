package dev.slipstream.spring.boot;

import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchEnd;
import dev.slipstream.FetchListener;
import dev.slipstream.micrometer.SlipstreamMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Has the fetches of the auto-configured caches timed, from when the application's beans are made:
 * those that the registry is made from may need a cache themselves.
 */
final class FetchTimers implements ConfiguredManager.Observer, SmartInitializingSingleton {
  private static final String MANAGER = "cacheManager"; // the bean of the auto-configuration

  private final ObjectProvider<MeterRegistry> registries;
  private volatile @Nullable MeterRegistry registry;

  FetchTimers(ObjectProvider<MeterRegistry> registries) {
    this.registries = registries;
  }

  @Override
  public void afterSingletonsInstantiated() {
    registry = registries.getIfUnique();
  }

  @Override
  public void customize(String cacheName, CoalescingCacheBuilder<Object, Object> builder) {
    builder.fetchListener(new LateTimer(cacheName));
  }

  private final class LateTimer implements FetchListener<Object> {
    private final String cacheName;
    private volatile @Nullable FetchListener<Object> timer;

    LateTimer(String cacheName) {
      this.cacheName = cacheName;
    }

    @Override
    public void onEnd(long fetchId, Object key, FetchEnd end) {
      MeterRegistry target = registry;
      FetchListener<Object> current = timer;
      if (current == null && target != null) {
        current =
            SlipstreamMetrics.fetchDurations(
                target, cacheName, CacheMeters.tags(MANAGER, cacheName));
        timer = current;
      }
      if (current != null) {
        current.onEnd(fetchId, key, end);
      }
    }
  }
}
