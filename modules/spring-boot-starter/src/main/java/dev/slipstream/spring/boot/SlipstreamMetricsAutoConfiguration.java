package dev.slipstream.spring.boot;

import dev.slipstream.micrometer.SlipstreamMetrics;
import dev.slipstream.spring.SlipstreamCache;
import dev.slipstream.spring.SlipstreamCacheManager;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Binds the meters of all caches to the application's registry, also of those that are made on the
 * fly, and times their fetches.
 */
@AutoConfiguration(
    after = SlipstreamCacheAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    },
    beforeName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.cache.CacheMetricsAutoConfiguration",
      "org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration"
    })
@ConditionalOnClass({MeterRegistry.class, SlipstreamMetrics.class})
@ConditionalOnBean({MeterRegistry.class, SlipstreamCacheManager.class})
public final class SlipstreamMetricsAutoConfiguration {
  SlipstreamMetricsAutoConfiguration() {}

  @Bean
  CacheMeters slipstreamCacheMeters(
      ObjectProvider<MeterRegistry> registry, Map<String, SlipstreamCacheManager> managers) {
    return new CacheMeters(registry, managers);
  }

  @Bean
  FetchTimers slipstreamFetchTimers(ObjectProvider<MeterRegistry> registry) {
    return new FetchTimers(registry);
  }

  /** For Boot's own registrar, which an application may use for a cache of no manager. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = "org.springframework.boot.actuate.metrics.cache.CacheMeterBinderProvider")
  static class OfBoot3 {
    @Bean
    org.springframework.boot.actuate.metrics.cache.CacheMeterBinderProvider<SlipstreamCache>
        slipstreamCacheMeterBinderProvider(CacheMeters meters) {
      return meters::binder;
    }
  }

  /** The same, whose package has moved. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.cache.metrics.CacheMeterBinderProvider")
  static class OfBoot4 {
    @Bean
    org.springframework.boot.cache.metrics.CacheMeterBinderProvider<SlipstreamCache>
        slipstreamCacheMeterBinderProvider(CacheMeters meters) {
      return meters::binder;
    }
  }
}
