/**
 * Fetches among several processes. A {@link dev.slipstream.ledger.FetchLedger} is what the nodes
 * that share it agree on: which of them runs the fetch of a key, which others wait for it, how it
 * ended, and what was invalidated. The rules are the same over every engine; {@link
 * dev.slipstream.ledger.InMemoryFetchLedger} is the one of a single process and the reference.
 * Nothing here knows the cache.
 */
package dev.slipstream.ledger;
