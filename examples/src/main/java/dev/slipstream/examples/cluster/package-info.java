/**
 * A program: several processes that share a ledger on Redis, one of which is killed, one cut off.
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.cluster;
