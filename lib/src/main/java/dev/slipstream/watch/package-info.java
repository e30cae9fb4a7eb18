/**
 * Watching keys change without polling: events, a hub that wakes threads and futures which wait for
 * a key, and awaiters of a key's outcome. Nothing here knows the cache: a {@link
 * dev.slipstream.watch.KeySource} stands for it.
 *
 * <pre>{@code
 * try (ChangeSubscription changes = cache.changes().subscribe("config")) {
 *   apply(cache.getIfPresent("config")); // subscribe first, then read
 *   while (changes.awaitChange(Duration.ofSeconds(10))) {
 *     apply(cache.getIfPresent("config"));
 *   }
 * }
 * }</pre>
 */
package dev.slipstream.watch;
