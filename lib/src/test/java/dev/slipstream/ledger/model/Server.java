package dev.slipstream.ledger.model;

import static dev.slipstream.ledger.model.Layout.*;

/** What the ledger does in one step, and what a failover does to it. */
final class Server {
  private final int nodes;
  private final Rules rules;

  Server(int nodes, Rules rules) {
    this.nodes = nodes;
    this.rules = rules;
  }

  void enter(byte[] t, int n, int i) {
    int f = flight(n, i);
    if (t[node(n) + DEBT] != 0 && !rules.broken(Variant.NO_DEBT)) {
      payDebts(t, n);
    }
    if (t[RECORD] == DONE) {
      answer(t, f, VALUE_BACK, 0, t[VALUE]);
    } else if (t[RECORD] == RUNNING && t[OWNER] == n * FLIGHTS + i) {
      answer(t, f, ACQUIRED_BACK, t[TOKEN], 0);
    } else if (t[RECORD] == RUNNING) {
      held(t, f, rules.broken(Variant.GRANT_LATE) ? 0 : rules.grant(n, i));
    } else {
      take(t, n, i);
    }
  }

  void reclaim(byte[] t, int n, int i) {
    int f = flight(n, i);
    boolean observed = t[EXPIRED] == 1 && t[TOKEN] == t[f + FLIGHT_TOKEN];
    if (t[RECORD] == RUNNING && (observed || rules.broken(Variant.RECLAIM_BLIND))) {
      take(t, n, i);
    } else {
      look(t, f, rules.grant(n, i));
    }
  }

  void look(byte[] t, int f, int grant) {
    boolean wanted = t[f + CALLERS] == 1;
    if (t[RECORD] == DONE) {
      answer(t, f, VALUE_BACK, 0, t[VALUE]);
    } else if (t[RECORD] == RUNNING) {
      held(t, f, grant);
    } else if (wanted) {
      answer(t, f, ENTER_SENT, 0, 0);
    } else {
      clear(t, f);
    }
  }

  /** Another has the lease: wait, or take it over from the observed holder, or leave. */
  private void held(byte[] t, int f, int grant) {
    t[GRANTS] |= (byte) grant;
    if (t[f + CALLERS] == 0) {
      answer(t, f, LEAVE_SENT, 0, 0);
    } else if (t[EXPIRED] == 1) {
      answer(t, f, RECLAIM_SENT, t[TOKEN], 0);
    } else {
      answer(t, f, WAIT, 0, 1); // the version is a ghost: it has a grant on this very fetch
    }
  }

  private void take(byte[] t, int n, int i) {
    if (t[RECORD] == RUNNING && t[EXPIRED] == 0) {
      throw new Violation("S3: a lease was taken over that had not run out");
    }
    byte token = 1; // one that nobody knows is as good as one that never was
    while (isKnown(t, token)) {
      token++;
    }
    if (t[RECORD] != RUNNING) {
      t[GRANTS] = 0;
    }
    t[RECORD] = RUNNING;
    t[OWNER] = (byte) (n * FLIGHTS + i);
    t[TOKEN] = token;
    t[EXPIRED] = 0;
    t[GRANTS] |= (byte) rules.grant(n, i);
    answer(t, flight(n, i), ACQUIRED_BACK, token, 0);
  }

  private boolean isKnown(byte[] t, int token) {
    if (t[TOKEN] == token || t[REPLICA_TOKEN] == token) {
      return true;
    }
    for (int n = 0; n < nodes; n++) {
      for (int i = 0; i < FLIGHTS; i++) {
        if (t[flight(n, i) + FLIGHT_TOKEN] == token) {
          return true;
        }
      }
    }
    return false;
  }

  void complete(byte[] t, int n, int i) {
    int f = flight(n, i);
    int grant = rules.grant(n, i);
    boolean mine = t[TOKEN] == t[f + FLIGHT_TOKEN];
    if ((t[RECORD] == RUNNING && mine) || rules.broken(Variant.NO_TOKEN_CHECK)) {
      end(t, f, grant);
    } else if (t[RECORD] == DONE && mine) {
      answer(t, f, OK_BACK, 0, t[VALUE]); // repeated
    } else {
      if (!rules.broken(Variant.FENCED_KEEPS_GRANT)) {
        t[GRANTS] &= (byte) ~grant;
      }
      answer(t, f, FENCED_BACK, 0, t[RECORD] == DONE ? t[VALUE] + 1 : 0);
    }
  }

  private void end(byte[] t, int f, int grant) {
    int others = t[GRANTS] & ~grant;
    t[RECORD] = DONE;
    t[VALUE] = t[f + VERSION];
    t[TOKEN] = t[f + FLIGHT_TOKEN];
    t[GRANTS] = 0;
    t[EXPIRED] = 0;
    if (++t[ACCEPTED] > 1) {
      throw new Violation("S2: two completions were accepted");
    }
    for (int m = 0; m < nodes; m++) {
      if ((others & rules.grants(m)) != 0 && t[node(m) + STATUS] != DEAD) {
        t[node(m) + TICK] = 1;
      }
    }
    answer(t, f, OK_BACK, 0, t[f + VERSION]);
  }

  void leave(byte[] t, int n, int i) {
    int f = flight(n, i);
    boolean owner = t[f] == LOAD_LEAVE_SENT;
    boolean concerned = t[RECORD] == RUNNING && (!owner || t[TOKEN] == t[f + FLIGHT_TOKEN]);
    if (t[RECORD] == RUNNING) {
      t[GRANTS] &= (byte) ~rules.grant(n, i);
    }
    if (!concerned) {
      clear(t, f);
    } else if (t[GRANTS] != 0 && !(owner && rules.broken(Variant.OWNER_IGNORES_GRANTS))) {
      if (owner && t[node(n) + STATUS] != DEAD) {
        t[f] = LOAD; // it runs on for the others
      } else {
        clear(t, f);
      }
    } else if (rules.broken(Variant.ABANDON_IN_TWO)) {
      t[f] = ABANDON_SENT;
    } else {
      giveUp(t);
      clear(t, f);
    }
  }

  void abandon(byte[] t, int f) {
    if (t[RECORD] == RUNNING) {
      giveUp(t);
    }
    clear(t, f);
  }

  /** Renews a lease; the flight runs on for its own callers if it is lost. */
  void renew(byte[] t, int n, int i) {
    int f = flight(n, i);
    boolean wanted = t[f + CALLERS] == 1;
    if (t[RECORD] != RUNNING || t[TOKEN] != t[f + FLIGHT_TOKEN]) {
      if (!wanted) {
        clear(t, f);
      }
      return;
    }
    if (wanted) {
      t[GRANTS] |= (byte) rules.grant(n, i);
    }
    if (t[GRANTS] == 0 && !rules.broken(Variant.NO_RENEW_CANCEL)) {
      giveUp(t);
      clear(t, f);
    } else {
      t[EXPIRED] = 0;
    }
  }

  private void giveUp(byte[] t) {
    if (t[GRANTS] != 0) {
      throw new Violation("S4: a fetch was given up that a flight had a grant on");
    }
    for (int n = 0; n < nodes && !rules.hadFault(t); n++) {
      for (int i = 0; i < FLIGHTS; i++) {
        int f = flight(n, i);
        if (waits(t, f) && t[f + VERSION] == 1 && t[f + CALLERS] == 1) {
          throw new Violation("S4: a fetch was given up that a flight waits for");
        }
      }
    }
    drop(t);
  }

  void payDebts(byte[] t, int n) {
    t[APPLIED] |= t[node(n) + DEBT];
    t[node(n) + DEBT] = 0;
    drop(t);
  }

  /** A node is back: it restates its grants, and repeats what it finds missing. */
  void hello(byte[] t, int n) {
    int node = node(n);
    t[node + HELLO] = 0;
    for (int i = 0; i < FLIGHTS; i++) {
      int f = flight(n, i);
      if (t[f] == LOCAL || t[f + CALLERS] == 0) {
        t[GRANTS] &= (byte) ~rules.grant(n, i);
      }
    }
    int missing = t[node + SEEN] & ~t[APPLIED] & ~t[node + DEBT];
    if (missing != 0 && !rules.broken(Variant.NO_REISSUE)) {
      t[APPLIED] |= (byte) missing;
      drop(t);
    }
  }

  private void drop(byte[] t) {
    for (int n = 0; n < nodes; n++) {
      for (int i = 0; i < FLIGHTS; i++) {
        if (waits(t, flight(n, i))) {
          t[flight(n, i) + VERSION] = 0;
        }
      }
    }
    t[RECORD] = NONE;
    t[OWNER] = 0;
    t[TOKEN] = 0;
    t[EXPIRED] = 0;
    t[VALUE] = 0;
    t[GRANTS] = 0;
    t[ACCEPTED] = 0;
  }

  private static boolean waits(byte[] t, int f) {
    return t[f] == WAIT || t[f] == LOOK_SENT;
  }

  static void replicate(byte[] t) {
    System.arraycopy(t, RECORD, t, REPLICA, REPLICATED);
  }

  /** The replica takes over with what it has; every connection breaks. */
  void failover(byte[] t) {
    t[FAILOVERS]--;
    drop(t);
    for (int i = 0; i < REPLICATED; i++) {
      t[RECORD + i] = t[REPLICA + i];
      t[REPLICA + i] = 0;
    }
    for (int n = 0; n < nodes; n++) {
      t[node(n) + TICK] = 0;
      boolean dead = t[node(n) + STATUS] == DEAD;
      if (dead) {
        t[node(n) + DEBT] = 0;
      } else {
        t[node(n) + HELLO] = 1;
      }
      for (int i = 0; i < FLIGHTS; i++) {
        disconnect(t, flight(n, i), dead);
      }
    }
  }

  private static void disconnect(byte[] t, int f, boolean dead) {
    if (dead || t[f] == FENCED_BACK) {
      clear(t, f);
    } else if (t[f] == VALUE_BACK || t[f] == ACQUIRED_BACK) {
      t[f] = ENTER_SENT;
    } else if (t[f] == OK_BACK) {
      t[f] = COMPLETE_SENT;
    }
  }

  static void answer(byte[] t, int f, int phase, int token, int version) {
    t[f] = (byte) phase;
    if (phase != OK_BACK) {
      t[f + FLIGHT_TOKEN] = (byte) token;
    }
    t[f + VERSION] = (byte) version;
  }

  static void clear(byte[] t, int f) {
    for (int k = 0; k < FLIGHT; k++) {
      t[f + k] = 0;
    }
  }
}
