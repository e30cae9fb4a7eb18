/**
 * Micrometer's meters of Slipstream's caches, and a dashboard that shows them.
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder()
 *         .name("users")
 *         .maximumSize(10_000)
 *         .recordStats()
 *         .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users"))
 *         .build();
 * SlipstreamMetrics.monitor(registry, users, "users");
 * }</pre>
 */
package dev.slipstream.micrometer;
