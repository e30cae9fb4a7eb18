/**
 * Spring's cache abstraction over Slipstream. Methods with {@code @Cacheable(sync = true)} share
 * their loads, be they blocking or of futures or Reactor's types; a caller that goes leaves the
 * others alone, and the last one that goes cancels the load.
 *
 * <pre>{@code
 * SlipstreamCacheManager manager = new SlipstreamCacheManager();
 * manager.setSpec("maximumSize=10000, expireAfterWrite=5m");
 * manager.setCustomizer((name, builder) -> builder.fetchTimeout(Duration.ofSeconds(5)));
 * }</pre>
 */
package dev.slipstream.spring;
