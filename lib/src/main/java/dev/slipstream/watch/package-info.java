/**
 * Watching keys change: events, a hub that wakes who waits for a key, and awaiters of a key's
 * outcome. Nothing here knows the cache: a {@link dev.slipstream.watch.KeySource} stands for it.
 */
package dev.slipstream.watch;
