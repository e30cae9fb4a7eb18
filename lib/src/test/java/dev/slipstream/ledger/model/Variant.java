package dev.slipstream.ledger.model;

/** A protocol with one mistake in it, and the small scenario that catches it. */
enum Variant {
  /** A completion is accepted whichever node holds the lease. */
  NO_TOKEN_CHECK(Scenario.ONE_NODE, "S1"),
  /** A reclaim does not compare the lease with the one that was observed. */
  RECLAIM_BLIND(Scenario.TINY, "S3"),
  /** A waiter looks only after a tick. */
  NO_POLL(Scenario.TINY_LOST_TICK, "L1"),
  /** A flight stores although an invalidation was delivered since it began. */
  NO_FENCE(Scenario.TINY, "S1"),
  /** Two flights of a node share one grant. */
  GRANT_PER_NODE(Scenario.ONE_NODE_LEAVES, "S4"),
  /** The last leave and the give-up are two steps. */
  ABANDON_IN_TWO(Scenario.ONE_NODE_LEAVES, "S4"),
  /** An owner that leaves gives up without counting the others. */
  OWNER_IGNORES_GRANTS(Scenario.TINY_LEAVES, "S4"),
  /** The grant comes a step after the answer that the fetch is held. */
  GRANT_LATE(Scenario.ONE_NODE_LEAVES, "S4"),
  /** A renewal goes on although all waiters have died. */
  NO_RENEW_CANCEL(Scenario.TINY_CRASH, "L2"),
  /** Invalidations can be lost on their way. */
  LOSSY_INVALIDATIONS(Scenario.TINY, "L3"),
  /** Nobody repeats invalidations after a failover. */
  NO_REISSUE(Scenario.TINY_FAILOVER, "S1"),
  /** An invalidation that is not acknowledged does not ride in the next join. */
  NO_DEBT(Scenario.TINY_CUT, "S1"),
  /** A refused completion keeps its grant. */
  FENCED_KEEPS_GRANT(Scenario.ONE_NODE_LEAVES, "L2"),
  /** A fenced flight ends without a word to the ledger. */
  FENCED_IS_SILENT(Scenario.ONE_NODE, "L1");

  final Scenario caughtIn;
  final String invariant;

  Variant(Scenario caughtIn, String invariant) {
    this.caughtIn = caughtIn;
    this.invariant = invariant;
  }
}
