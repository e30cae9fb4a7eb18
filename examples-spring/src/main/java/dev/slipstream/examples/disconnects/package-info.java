/**
 * A program: clients that disconnect from a WebFlux application with {@code @Cacheable}, which has
 * Caffeine's cache manager or Slipstream's.
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.disconnects;
