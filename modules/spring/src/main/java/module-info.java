/**
 * Spring's cache abstraction over Slipstream: {@link dev.slipstream.spring.SlipstreamCacheManager}.
 * The guide is the page {@code docs/spring.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.spring {
  requires transitive dev.slipstream;
  requires transitive spring.beans;
  requires transitive spring.context;
  requires spring.core;
  requires org.slf4j;

  exports dev.slipstream.spring;
}
