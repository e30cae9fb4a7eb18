package dev.slipstream.ledger;

/**
 * What was pruned.
 *
 * @param fetches how many fetches
 * @param events how many events of theirs
 */
public record PruneReport(long fetches, long events) {}
