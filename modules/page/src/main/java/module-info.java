/**
 * A live page of a cache's fetches, served by the JDK's own web server: {@link
 * dev.slipstream.page.FlightPage}. The guide is the page {@code docs/page.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.page {
  requires transitive dev.slipstream;
  requires transitive jdk.httpserver;

  exports dev.slipstream.page;
}
