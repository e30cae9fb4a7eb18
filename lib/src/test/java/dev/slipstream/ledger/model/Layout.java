package dev.slipstream.ledger.model;

/**
 * Where things stand in a state, which is an array of bytes: the server and the budgets first, then
 * each node, and in it its two flights.
 */
final class Layout {
  // the phases of a flight; _SENT: a request that is not executed yet, _BACK: an answer on its way
  static final int FREE = 0;
  static final int ENTER_SENT = 1;
  static final int VALUE_BACK = 2;
  static final int ACQUIRED_BACK = 3;
  static final int WAIT = 4;
  static final int LOOK_SENT = 5;
  static final int RECLAIM_SENT = 6;
  static final int LOAD = 7;
  static final int COMPLETE_SENT = 8;
  static final int OK_BACK = 9;
  static final int FENCED_BACK = 10;
  static final int LEAVE_SENT = 11;
  static final int LOAD_LEAVE_SENT = 12;
  static final int LOCAL = 13;
  static final int ABANDON_SENT = 14;
  private static final String[] PHASES = {
    "-",
    "ENTER?",
    "value",
    "acquired",
    "WAIT",
    "LOOK?",
    "RECLAIM?",
    "LOAD",
    "COMPLETE?",
    "ok",
    "fenced",
    "LEAVE?",
    "LOAD+LEAVE?",
    "LOCAL",
    "ABANDON?"
  };

  // the states of the record, and of a node
  static final int NONE = 0;
  static final int RUNNING = 1;
  static final int DONE = 2;
  static final int UP = 0;
  static final int PAUSED = 1;
  static final int DEAD = 2;

  // DATABASE counts the invalidations called: it is what a loader reads when it starts
  static final int DATABASE = 0;

  // the record, the grants and the applied invalidations: what a replica copies
  static final int RECORD = 1;
  static final int OWNER = 2;
  static final int TOKEN = 3;
  static final int EXPIRED = 4;
  static final int VALUE = 5;
  static final int GRANTS = 6;
  static final int APPLIED = 7;
  static final int REPLICATED = 7;

  /** How many completions were accepted since the record was last dropped. */
  static final int ACCEPTED = 8;

  /** Where the replica's copy begins, at RECORD. */
  static final int REPLICA = 9;

  static final int REPLICA_TOKEN = REPLICA + TOKEN - RECORD;

  // budgets: how often each may still happen
  static final int CRASHES = 16;
  static final int PAUSES = 17;
  static final int LOST_TICKS = 18;
  static final int FAILOVERS = 19;
  static final int LEAVES = 20;
  static final int CUTS = 21;
  private static final int GLOBALS = 22;

  // a node; SEEN, DEBT and LOST are sets of invalidations
  static final int STATUS = 0;
  static final int L1 = 1;
  static final int SEEN = 2;
  static final int DEBT = 3;
  static final int HELLO = 4;
  static final int TICK = 5;
  static final int CALLS = 6;
  static final int CUT = 7;
  static final int LOST = 8;
  private static final int NODE = 9;

  // a flight
  static final int PHASE = 0;
  static final int FLIGHT_TOKEN = 1;
  static final int VERSION = 2;
  static final int FENCED = 3;
  static final int CALLERS = 4;
  static final int FLIGHT = 5;
  static final int FLIGHTS = 2;
  private static final int STRIDE = NODE + FLIGHTS * FLIGHT;

  private Layout() {}

  static int node(int node) {
    return GLOBALS + node * STRIDE;
  }

  static int flight(int node, int flight) {
    return node(node) + NODE + flight * FLIGHT;
  }

  static byte[] initial(Scenario scenario) {
    byte[] state = new byte[GLOBALS + scenario.nodes * STRIDE];
    state[CRASHES] = (byte) scenario.crashes;
    state[PAUSES] = (byte) scenario.pauses;
    state[LOST_TICKS] = (byte) scenario.lostTicks;
    state[FAILOVERS] = (byte) scenario.failovers;
    state[LEAVES] = (byte) scenario.leaves;
    state[CUTS] = (byte) scenario.cuts;
    for (int n = 0; n < scenario.nodes; n++) {
      state[node(n) + CALLS] = (byte) scenario.callsOfANode;
    }
    return state;
  }

  /** Returns a line for people: the record, and each node's entry and flights. */
  static String show(byte[] s, int nodes) {
    StringBuilder text = new StringBuilder("record ");
    switch (s[RECORD]) {
      case RUNNING ->
          text.append("running, owner ")
              .append(s[OWNER] / FLIGHTS)
              .append(", token ")
              .append(s[TOKEN])
              .append(s[EXPIRED] == 1 ? ", run out" : "")
              .append(", grants ")
              .append(Integer.toBinaryString(s[GRANTS]));
      case DONE -> text.append("done, v").append(s[VALUE]);
      default -> text.append("none");
    }
    for (int n = 0; n < nodes; n++) {
      text.append(" | ").append(new String[] {"", "PAUSED ", "DEAD "}[s[node(n) + STATUS]]);
      if (s[node(n) + L1] != 0) {
        text.append("L1=v").append(s[node(n) + L1] - 1).append(' ');
      }
      for (int i = 0; i < FLIGHTS; i++) {
        int flight = flight(n, i);
        if (s[flight] != FREE) {
          text.append(PHASES[s[flight]])
              .append(s[flight + FENCED] == 1 ? "!" : "")
              .append(s[flight + CALLERS] == 1 ? " " : "~ ");
        }
      }
    }
    return text.toString();
  }
}
