/**
 * Slipstream's calls as Monos and Fluxes: {@link dev.slipstream.reactor.ReactorCache}. The guide is
 * the page {@code docs/reactive.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.reactor {
  requires transitive dev.slipstream;
  requires transitive org.reactivestreams;
  requires transitive reactor.core;

  exports dev.slipstream.reactor;
}
