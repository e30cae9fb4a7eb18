/**
 * The cache: concurrent callers of {@link dev.slipstream.CoalescingCache#getOrFetch} for one key
 * share one fetch, and each of them can leave on its own.
 */
package dev.slipstream;
