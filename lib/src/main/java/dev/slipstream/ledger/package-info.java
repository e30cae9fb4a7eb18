/**
 * Fetches among several processes. A {@link dev.slipstream.ledger.FetchLedger} is what the nodes
 * that share it agree on: which of them runs the fetch of a key, which others wait for it, how it
 * ended, and what was invalidated. The rules are the same over every engine; {@link
 * dev.slipstream.ledger.InMemoryFetchLedger} is the one of a single process and the reference.
 * Nothing here knows the cache.
 *
 * <pre>{@code
 * FetchLedger<String, Row> ledger = InMemoryFetchLedger.create();
 * FetchScope flight = new FetchScope(NodeIdentity.of("orders-7"), 1);
 *
 * ledger
 *     .join(flight, "row 1", JoinOptions.of(Duration.ofSeconds(3)))
 *     .thenAccept(this::loadOrWait); // one flight of all nodes acquires the fetch
 * }</pre>
 *
 * <p>The guide is <a href="{@docRoot}/doc-files/ledger.md">ledger.md</a>.
 */
package dev.slipstream.ledger;
