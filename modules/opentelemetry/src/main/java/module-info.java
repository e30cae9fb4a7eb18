/**
 * Traces of fetches by OpenTelemetry: {@link dev.slipstream.opentelemetry.SlipstreamTelemetry}. The
 * guide is the page {@code docs/opentelemetry.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.opentelemetry {
  requires transitive dev.slipstream;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;

  exports dev.slipstream.opentelemetry;
}
