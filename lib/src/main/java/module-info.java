/**
 * Slipstream, a single-flight coalescing cache.
 *
 * <p>{@link dev.slipstream} holds the cache, {@link dev.slipstream.latch} the named continuations
 * that every fetch carries and that any other job can use.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream {
  requires transitive com.github.benmanes.caffeine;
  requires transitive com.google.common;
  requires transitive org.jspecify;
  requires org.slf4j;

  exports dev.slipstream;
  exports dev.slipstream.latch;
}
