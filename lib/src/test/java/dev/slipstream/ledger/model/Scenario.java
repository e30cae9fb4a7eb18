package dev.slipstream.ledger.model;

/** How many nodes there are, and how many of each event may happen. The small ones take seconds. */
enum Scenario {
  ONE_NODE(1, 1, 2, 0, 0, 0, 0, 0, 0),
  ONE_NODE_LEAVES(1, 0, 2, 2, 0, 0, 0, 0, 0),
  TINY(2, 1, 1, 0, 0, 0, 0, 0, 0),
  TINY_LEAVES(2, 0, 1, 2, 0, 0, 0, 0, 0),
  TINY_LEAVE_INVALIDATE(2, 1, 1, 1, 0, 0, 0, 0, 0),
  TINY_LOST_TICK(2, 0, 1, 0, 0, 0, 1, 0, 0),
  TINY_CRASH(2, 0, 1, 1, 1, 0, 0, 0, 0),
  TINY_FAILOVER(2, 1, 1, 0, 0, 0, 0, 1, 0),
  TINY_CUT(2, 1, 1, 0, 0, 0, 0, 0, 1),

  PLAIN(2, 1, 2, 0, 0, 0, 1, 0, 0),
  TWO_INVALIDATIONS(2, 2, 1, 1, 0, 0, 0, 0, 0),
  LEAVES(2, 0, 2, 4, 0, 0, 1, 0, 0),
  LEAVE_INVALIDATE(2, 1, 2, 1, 0, 0, 0, 0, 0),
  CRASH(2, 1, 2, 0, 1, 0, 1, 0, 0),
  PAUSE(2, 1, 2, 0, 0, 1, 1, 0, 0),
  CRASH_PAUSE(2, 1, 1, 1, 1, 1, 1, 0, 0),
  CUT(2, 1, 1, 1, 0, 0, 0, 0, 1),
  CUT_TWO_INVALIDATIONS(2, 2, 1, 0, 0, 0, 0, 0, 1),
  FAILOVER(2, 1, 1, 1, 0, 0, 0, 1, 0),
  FAILOVER_TWO_INVALIDATIONS(2, 2, 1, 0, 0, 0, 0, 1, 0),
  FAILOVER_CRASH(2, 1, 1, 0, 1, 0, 0, 1, 0),
  THREE(3, 0, 1, 2, 1, 0, 1, 0, 0),
  THREE_INVALIDATE(3, 1, 1, 1, 0, 0, 0, 0, 0);

  final int nodes;
  final int invalidations;
  final int callsOfANode;
  final int leaves;
  final int crashes;
  final int pauses;
  final int lostTicks;
  final int failovers;
  final int cuts;

  Scenario(
      int nodes,
      int invalidations,
      int callsOfANode,
      int leaves,
      int crashes,
      int pauses,
      int lostTicks,
      int failovers,
      int cuts) {
    this.nodes = nodes;
    this.invalidations = invalidations;
    this.callsOfANode = callsOfANode;
    this.leaves = leaves;
    this.crashes = crashes;
    this.pauses = pauses;
    this.lostTicks = lostTicks;
    this.failovers = failovers;
    this.cuts = cuts;
  }

  boolean isSmall() {
    return ordinal() < PLAIN.ordinal();
  }
}
