/**
 * Circuit breakers, bulkheads and retries of Resilience4j round loaders: {@link
 * dev.slipstream.resilience4j.Guards}. The guide is the page {@code docs/resilience4j.md} of the
 * sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.resilience4j {
  requires transitive dev.slipstream;
  requires transitive io.github.resilience4j.bulkhead;
  requires transitive io.github.resilience4j.circuitbreaker;
  requires transitive io.github.resilience4j.retry;

  exports dev.slipstream.resilience4j;
}
