/**
 * A ledger on Redis 6.2 or later, or Valkey, over Lettuce. Each operation is one script, so one
 * step; keys and values go through the user's codec, and nothing is serialized by Java.
 *
 * <pre>{@code
 * RedisURI uri = RedisURI.create("rediss://orders@redis.internal:6379");
 * EntryCodec<String, Row> codec = EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Row.class));
 * RedisFetchLedger<String, Row> ledger =
 *     RedisFetchLedger.builder(uri, codec).cache("rows").build();
 * }</pre>
 */
package dev.slipstream.redis;
