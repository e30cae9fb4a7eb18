/**
 * A ledger on Redis 6.2 or later, or Valkey, over Lettuce. Each operation is one script, so one
 * step; keys and values go through the user's codec, and nothing is serialized by Java.
 */
package dev.slipstream.redis;
