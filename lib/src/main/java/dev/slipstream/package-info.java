/**
 * The cache: concurrent callers for one key share one fetch, and each of them can leave on its own.
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder().maximumSize(10_000).fetchTimeout(Duration.ofSeconds(5)).build();
 *
 * users
 *     .getOrFetch(42, this::queryUser) // cached, or joins the running query, or starts one
 *     .orTimeout(200, TimeUnit.MILLISECONDS) // this caller leaves; others still get it
 *     .thenAccept(this::show);
 * }</pre>
 *
 * <p>Start with {@link dev.slipstream.CoalescingCache}, {@link
 * dev.slipstream.CoalescingCacheBuilder} and {@link dev.slipstream.FetchHandle}, or with the <a
 * href="{@docRoot}/doc-files/cache.md">user guide</a>. The package-private classes beside them are
 * the engine, in layers from the entry points down to the values; <a
 * href="{@docRoot}/doc-files/architecture.md">architecture.md</a> names them.
 */
package dev.slipstream;
