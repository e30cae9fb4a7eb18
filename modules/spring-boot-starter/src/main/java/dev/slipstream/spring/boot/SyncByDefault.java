package dev.slipstream.spring.boot;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.cache.annotation.AnnotationCacheOperationSource;

/**
 * Puts, in the place of Spring's source of cache operations, one that reads {@code @Cacheable} as
 * {@link SyncParser} does.
 */
final class SyncByDefault implements BeanDefinitionRegistryPostProcessor {
  private static final String SOURCE =
      "cacheOperationSource"; // of Spring's ProxyCachingConfiguration

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    if (!registry.containsBeanDefinition(SOURCE)) {
      throw new InvalidConfigurationPropertyValueException(
          "slipstream.cache.sync-by-default",
          true,
          "it needs @EnableCaching with mode = PROXY: there is no bean '%s'".formatted(SOURCE));
    }
    registry.removeBeanDefinition(SOURCE);
    RootBeanDefinition definition =
        new RootBeanDefinition(AnnotationCacheOperationSource.class, SyncByDefault::source);
    definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
    registry.registerBeanDefinition(SOURCE, definition);
  }

  private static AnnotationCacheOperationSource source() {
    AnnotationCacheOperationSource source = new AnnotationCacheOperationSource(new SyncParser());
    source.setPublicMethodsOnly(false); // as Spring has it for proxies
    return source;
  }
}
