package dev.slipstream.spring.boot;

import dev.slipstream.CoalescingCacheBuilder;

/**
 * Adds settings to the caches that the auto-configuration makes: those that no property has. Each
 * bean of this type is asked for each cache, in the order of {@code @Order}.
 *
 * <pre>{@code
 * @Bean
 * SlipstreamBuilderCustomizer freshPrices() {
 *   return (cacheName, builder) -> {
 *     if (cacheName.equals("prices")) {
 *       builder.refreshAfterWrite(Duration.ofSeconds(30));
 *     }
 *   };
 * }
 * }</pre>
 */
@FunctionalInterface
public interface SlipstreamBuilderCustomizer {
  /**
   * Adds settings to a builder. What the properties have set cannot be set again.
   *
   * @param cacheName the name of the cache
   * @param builder builds it; what this throws fails the cache, and with fixed names the start
   */
  void customize(String cacheName, CoalescingCacheBuilder<Object, Object> builder);
}
