package dev.slipstream.examples.disconnects;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.cache.CacheManagerCustomizer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.annotation.Bean;

/**
 * The application. Without {@code spring.cache.type} the starter makes Slipstream's cache manager;
 * {@code spring.cache.type=caffeine} makes it Caffeine's.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableCaching
class Shop {
  /** Whether Caffeine's manager stores null: that decides what it does when a client leaves. */
  static final String NULL_VALUES = "shop.null-values";

  /** Caffeine's manager supports methods that return a Mono in this mode only. */
  @Bean
  CacheManagerCustomizer<CaffeineCacheManager> asyncMode(
      @Value("${" + NULL_VALUES + ":true}") boolean nullValues) {
    return manager -> {
      manager.setAsyncCacheMode(true);
      manager.setAllowNullValues(nullValues);
    };
  }
}
