/**
 * Traces of fetches by OpenTelemetry: a span for each fetch, and a link from each caller that joins
 * it.
 *
 * <pre>{@code
 * SlipstreamTelemetry telemetry = SlipstreamTelemetry.builder(openTelemetry).build();
 * CoalescingCache<Integer, User> users =
 *     telemetry.instrument("users", CoalescingCache.builder().name("users")).build();
 * }</pre>
 */
package dev.slipstream.opentelemetry;
