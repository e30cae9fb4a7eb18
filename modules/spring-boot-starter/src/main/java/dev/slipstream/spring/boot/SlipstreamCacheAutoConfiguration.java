package dev.slipstream.spring.boot;

import dev.slipstream.spring.LoadFailureRethrowingErrorHandler;
import dev.slipstream.spring.SlipstreamCacheManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Makes a {@link SlipstreamCacheManager} where caching is enabled, no cache manager is there, and
 * {@code spring.cache.type} is not set.
 */
@AutoConfiguration(
    beforeName = {
      "org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration",
      "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration"
    })
@ConditionalOnBean(CacheAspectSupport.class)
@ConditionalOnMissingBean(value = CacheManager.class, name = "cacheResolver")
@Conditional(SlipstreamCacheAutoConfiguration.NoOtherType.class)
@EnableConfigurationProperties(SlipstreamCacheProperties.class)
public final class SlipstreamCacheAutoConfiguration {
  SlipstreamCacheAutoConfiguration() {}

  @Bean
  SlipstreamCacheManager cacheManager(
      SlipstreamCacheProperties properties,
      ObjectProvider<SlipstreamBuilderCustomizer> customizers) {
    return new ConfiguredManager(properties, customizers.orderedStream().toList()).make();
  }

  /** The aspects have their own handlers by then. */
  @Bean
  @ConditionalOnProperty(
      name = "slipstream.cache.rethrow-load-failures",
      havingValue = "true",
      matchIfMissing = true)
  SmartInitializingSingleton slipstreamLoadFailures(ObjectProvider<CacheAspectSupport> aspects) {
    return () ->
        aspects.forEach(
            aspect ->
                aspect.setErrorHandler(
                    new LoadFailureRethrowingErrorHandler(aspect.getErrorHandler())));
  }

  @Bean
  @ConditionalOnProperty(name = "slipstream.cache.sync-by-default", havingValue = "true")
  static SyncByDefault slipstreamSyncByDefault() {
    return new SyncByDefault();
  }

  /** Boot's own choice of a cache goes first. */
  static final class NoOtherType extends NoneNestedConditions {
    NoOtherType() {
      super(ConfigurationPhase.PARSE_CONFIGURATION);
    }

    @ConditionalOnProperty("spring.cache.type")
    static final class TypeIsSet {}
  }
}
