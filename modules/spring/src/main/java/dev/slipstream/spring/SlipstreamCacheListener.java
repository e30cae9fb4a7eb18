package dev.slipstream.spring;

/**
 * Is notified of the caches that a {@link SlipstreamCacheManager} has: for meters, of those that
 * are made on the fly as well.
 *
 * <p>Its methods are called under the manager's lock, one after another, and must be quick. What
 * they throw is logged, and changes nothing.
 */
public interface SlipstreamCacheListener {
  /**
   * A cache has been made or registered; or was there when the listener was added.
   *
   * @param cache the cache
   */
  default void onAdded(SlipstreamCache cache) {}

  /**
   * A cache has been removed or replaced, or its manager is destroyed.
   *
   * @param cache the cache; it is closed, unless it was registered and only removed
   */
  default void onRemoved(SlipstreamCache cache) {}
}
