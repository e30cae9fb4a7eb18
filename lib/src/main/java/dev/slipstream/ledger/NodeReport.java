package dev.slipstream.ledger;

/**
 * What was removed with a node.
 *
 * @param grants how many grants it had, those included that had run out
 * @param givenUp how many fetches were given up because nobody else had a grant
 */
public record NodeReport(long grants, long givenUp) {}
