/** Slipstream's ledger on Redis or Valkey: {@link dev.slipstream.redis.RedisFetchLedger}. */
@org.jspecify.annotations.NullMarked
module dev.slipstream.redis {
  requires transitive dev.slipstream;
  requires transitive lettuce.core;
  requires org.slf4j;

  exports dev.slipstream.redis;
}
