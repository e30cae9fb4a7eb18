/**
 * Micrometer's meters of Slipstream's caches: {@link dev.slipstream.micrometer.SlipstreamMetrics}.
 * The guide is the page {@code docs/observability.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.micrometer {
  requires transitive dev.slipstream;
  requires transitive micrometer.core;
  requires org.slf4j;

  exports dev.slipstream.micrometer;
}
