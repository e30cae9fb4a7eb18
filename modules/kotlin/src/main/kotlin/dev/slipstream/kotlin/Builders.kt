package dev.slipstream.kotlin

import dev.slipstream.CoalescingCache
import dev.slipstream.CoalescingCacheBuilder

/**
 * Builds a cache whose callers bring their loaders.
 *
 * @param configure makes the settings, on a builder with the defaults: no bound, no expiry, no
 *   timeout
 * @return a cache
 * @throws IllegalStateException if the settings contradict each other
 */
public fun <K : Any, V : Any> coalescingCache(
    configure: CoalescingCacheBuilder<K, V>.() -> Unit = {}
): CoalescingCache<K, V> {
    @Suppress("UNCHECKED_CAST") // it holds no key and no value yet: its own methods narrow it so
    val builder = CoalescingCache.builder() as CoalescingCacheBuilder<K, V>
    return builder.apply(configure).build()
}
