/**
 * Slipstream's ledger on Redis or Valkey: {@link dev.slipstream.redis.RedisFetchLedger}. The guide
 * is the page {@code docs/ledger.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.redis {
  requires transitive dev.slipstream;
  requires transitive lettuce.core;
  requires org.slf4j;

  exports dev.slipstream.redis;
}
