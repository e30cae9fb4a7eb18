/**
 * Watching keys change without polling: events, a hub that wakes threads and futures which wait for
 * a key, and awaiters of a key's outcome. Nothing here knows the cache: a {@link
 * dev.slipstream.watch.KeySource} stands for it.
 *
 * <pre>{@code
 * try (ChangeSubscription changes = cache.changes().subscribe("config")) {
 *   apply(cache.getIfPresent("config")); // subscribe first, then read
 *   while (running) {
 *     if (changes.awaitChange(Duration.ofSeconds(10))) { // true marks the change as seen
 *       apply(cache.getIfPresent("config")); // so a change during this read is the next one
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The guide is <a href="{@docRoot}/doc-files/watch.md">watch.md</a>.
 */
package dev.slipstream.watch;
