/**
 * Spring Boot's auto-configuration of Slipstream's caches: properties, meters and an actuator
 * endpoint. An application that depends on the starter and enables caching needs no code.
 *
 * <pre>{@code
 * @SpringBootApplication
 * @EnableCaching
 * class Shop {
 *   @Bean
 *   SlipstreamBuilderCustomizer freshPrices() {
 *     return (cacheName, builder) -> {
 *       if (cacheName.equals("prices")) {
 *         builder.refreshAfterWrite(Duration.ofSeconds(30));
 *       }
 *     };
 *   }
 * }
 * }</pre>
 */
package dev.slipstream.spring.boot;
