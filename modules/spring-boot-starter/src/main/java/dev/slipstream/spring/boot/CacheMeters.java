package dev.slipstream.spring.boot;

import dev.slipstream.CoalescingCache;
import dev.slipstream.micrometer.SlipstreamMetrics;
import dev.slipstream.spring.SlipstreamCache;
import dev.slipstream.spring.SlipstreamCacheListener;
import dev.slipstream.spring.SlipstreamCacheManager;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.WeakHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.StringUtils;

/**
 * Binds the meters of each cache once, be it here or by Boot's own registrar, and removes them with
 * the cache, so that another of its name has its own.
 */
final class CacheMeters implements SmartInitializingSingleton {
  private static final String SUFFIX = "cacheManager";

  private final ObjectProvider<MeterRegistry> registries;
  private final Map<String, SlipstreamCacheManager> managers;

  /** The binders of the caches that have meters, which keep none alive. Guarded by this. */
  private final Map<SlipstreamCache, SlipstreamMetrics<?>> bound = new WeakHashMap<>();

  CacheMeters(
      ObjectProvider<MeterRegistry> registries, Map<String, SlipstreamCacheManager> managers) {
    this.registries = registries;
    this.managers = managers;
  }

  /** All caches of fixed names have been made by then, and the registry is set up. */
  @Override
  public void afterSingletonsInstantiated() {
    MeterRegistry registry = registries.getIfUnique();
    if (registry != null) {
      managers.forEach(
          (beanName, manager) -> manager.addCacheListener(listener(beanName, registry)));
    }
  }

  private SlipstreamCacheListener listener(String beanName, MeterRegistry registry) {
    return new SlipstreamCacheListener() {
      @Override
      public void onAdded(SlipstreamCache cache) {
        bind(cache, tags(beanName, cache.getName()), registry);
      }

      @Override
      public void onRemoved(SlipstreamCache cache) {
        unbind(cache, registry);
      }
    };
  }

  /** Returns what binds the meters of a cache that has none yet. */
  MeterBinder binder(SlipstreamCache cache, Iterable<Tag> tags) {
    return registry -> bind(cache, tags, registry);
  }

  private synchronized void bind(
      SlipstreamCache cache, Iterable<Tag> tags, MeterRegistry registry) {
    if (!bound.containsKey(cache)) {
      CoalescingCache<Object, Object> source = cache.getNativeCache();
      SlipstreamMetrics<?> binder = new SlipstreamMetrics<>(source, cache.getName(), tags);
      binder.bindTo(registry);
      bound.put(cache, binder);
    }
  }

  private synchronized void unbind(SlipstreamCache cache, MeterRegistry registry) {
    SlipstreamMetrics<?> binder = bound.remove(cache);
    if (binder != null) {
      binder.unbindFrom(registry);
    }
  }

  /** Returns the tags that Boot gives to the meters of each cache. */
  static Tags tags(String managerBean, String cache) {
    boolean isPrefixed =
        managerBean.length() > SUFFIX.length()
            && StringUtils.endsWithIgnoreCase(managerBean, SUFFIX);
    String manager =
        isPrefixed ? managerBean.substring(0, managerBean.length() - SUFFIX.length()) : managerBean;
    return Tags.of("cache.manager", manager, "name", cache);
  }
}
