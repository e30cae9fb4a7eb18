/**
 * Slipstream, a cache in which concurrent callers for one key share one fetch, and each of them can
 * leave on its own. The user guide is the page {@code docs/cache.md} of the sources.
 *
 * <p>{@link dev.slipstream} holds the cache, {@link dev.slipstream.latch} the named continuations
 * that every fetch carries and that any other job can use, {@link dev.slipstream.watch} what it
 * takes to watch keys change, {@link dev.slipstream.canal} to consume their events, {@link
 * dev.slipstream.view} to keep what is stored and to restore it, and {@link dev.slipstream.ledger}
 * to share fetches among processes.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream {
  requires transitive com.github.benmanes.caffeine;
  requires transitive com.google.common;
  requires transitive org.jspecify;
  requires org.slf4j;
  requires static com.fasterxml.jackson.databind; // for JacksonCodec only

  exports dev.slipstream;
  exports dev.slipstream.canal;
  exports dev.slipstream.latch;
  exports dev.slipstream.ledger;
  exports dev.slipstream.view;
  exports dev.slipstream.watch;
}
