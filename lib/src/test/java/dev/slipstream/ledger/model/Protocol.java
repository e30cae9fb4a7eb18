package dev.slipstream.ledger.model;

import static dev.slipstream.ledger.model.Layout.*;

import java.util.function.Consumer;

/**
 * Every step that can follow a state. A request is sent, executed by the server in one step, and
 * answered: three steps that anything can come between. A request of a node that is paused or dead
 * may still be executed. A loader reads the database when it <em>starts</em>, the worst case.
 */
final class Protocol {
  private final Scenario scenario;
  private final Rules rules;
  private final Server server;

  Protocol(Scenario scenario, Rules rules) {
    this.scenario = scenario;
    this.rules = rules;
    this.server = new Server(scenario.nodes, rules);
  }

  /** Takes a step to a new state; a fair one happens in time, another may never happen. */
  interface Steps {
    void step(String label, boolean fair, boolean endOfLoad, byte[] to);
  }

  /** The steps from one state. */
  void successors(byte[] s, Steps out) {
    for (int n = 0; n < scenario.nodes; n++) {
      new NodeSteps(s, out, n).all();
    }
    Consumer<byte[]> runOut = t -> t[EXPIRED] = 1;
    if (s[RECORD] == RUNNING && s[EXPIRED] == 0) {
      // without a fault nobody is to wait for it
      out.step("lease runs out", rules.hadFault(s) && !isRenewed(s), false, with(s, runOut));
    }
    if (s[FAILOVERS] > 0) {
      out.step("replicate", false, false, with(s, Server::replicate));
      out.step("failover", false, false, with(s, server::failover));
    }
  }

  /** Whether the owner is there and renews the lease in time. */
  private static boolean isRenewed(byte[] s) {
    int node = node(s[OWNER] / FLIGHTS);
    int f = flight(s[OWNER] / FLIGHTS, s[OWNER] % FLIGHTS);
    boolean active =
        s[f] == ACQUIRED_BACK || s[f] == LOAD || s[f] == COMPLETE_SENT || s[f] == LOAD_LEAVE_SENT;
    return active
        && s[f + FLIGHT_TOKEN] == s[TOKEN]
        && s[node + STATUS] == UP
        && s[node + CUT] == 0
        && s[node + HELLO] == 0;
  }

  private static byte[] with(byte[] s, Consumer<byte[]> change) {
    byte[] t = s.clone();
    change.accept(t);
    return t;
  }

  private static void store(byte[] t, int n, int f) {
    if (t[f + FENCED] == 0) {
      t[node(n) + L1] = (byte) (t[f + VERSION] + 1);
    }
  }

  private static void wake(byte[] t, int n) {
    for (int i = 0; i < FLIGHTS; i++) {
      if (t[flight(n, i)] == WAIT) {
        t[flight(n, i)] = LOOK_SENT;
      }
    }
  }

  private static void dropL1(byte[] t, int n, boolean fence) {
    t[node(n) + L1] = 0;
    for (int i = 0; i < FLIGHTS; i++) {
      if (fence && t[flight(n, i)] != FREE) {
        t[flight(n, i) + FENCED] = 1;
      }
    }
  }

  private static void crash(byte[] t, int n) {
    t[CRASHES]--;
    t[node(n) + STATUS] = DEAD;
    for (int field : new int[] {L1, SEEN, TICK, CALLS, LOST}) {
      t[node(n) + field] = 0;
    }
    for (int i = 0; i < FLIGHTS; i++) {
      int f = flight(n, i);
      switch (t[f]) {
        case ENTER_SENT,
            LOOK_SENT,
            RECLAIM_SENT,
            COMPLETE_SENT,
            LEAVE_SENT,
            LOAD_LEAVE_SENT,
            ABANDON_SENT ->
            t[f + CALLERS] = 0; // it may still arrive
        default -> Server.clear(t, f);
      }
    }
  }

  private static int freeFlight(byte[] s, int n) {
    for (int i = 0; i < FLIGHTS; i++) {
      if (s[flight(n, i)] == FREE) {
        return i;
      }
    }
    return -1;
  }

  private static boolean canJoinLocally(byte[] s, int n) {
    for (int i = 0; i < FLIGHTS; i++) {
      int f = flight(n, i);
      if (s[f] != FREE && s[f + FENCED] == 0 && s[f + CALLERS] == 1) {
        return true;
      }
    }
    return false;
  }

  /** The steps of one node. */
  private final class NodeSteps {
    private final byte[] s;
    private final Steps out;
    private final int n;
    private final int node;
    private final boolean up;
    private final boolean cut;
    private final boolean reaches;

    NodeSteps(byte[] s, Steps out, int n) {
      this.s = s;
      this.out = out;
      this.n = n;
      this.node = node(n);
      this.up = s[node + STATUS] == UP;
      this.cut = s[node + CUT] == 1;
      this.reaches = !cut && s[node + HELLO] == 0;
    }

    private void fair(String label, Consumer<byte[]> change) {
      out.step(label + " " + n, true, false, with(s, change));
    }

    private void possible(String label, Consumer<byte[]> change) {
      out.step(label + " " + n, false, false, with(s, change));
    }

    private void endOfLoad(String label, Consumer<byte[]> change) {
      out.step(label + " " + n, true, true, with(s, change));
    }

    void all() {
      callers();
      faults();
      feed();
      for (int i = 0; i < FLIGHTS; i++) {
        flightSteps(i);
      }
    }

    private void callers() {
      if (up
          && s[node + CALLS] > 0
          && s[node + L1] == 0
          && freeFlight(s, n) >= 0
          && !canJoinLocally(s, n)) {
        possible(
            "call",
            t -> {
              int f = flight(n, freeFlight(t, n));
              t[node + CALLS]--;
              t[f] = ENTER_SENT;
              t[f + CALLERS] = 1;
              t[f + FENCED] = 0;
            });
      }
      if (up && s[DATABASE] < scenario.invalidations) {
        possible(
            "invalidate",
            t -> {
              t[DATABASE]++;
              t[node + SEEN] |= (byte) (1 << t[DATABASE]);
              t[node + DEBT] |= (byte) (1 << t[DATABASE]);
              dropL1(t, n, true);
            });
      }
    }

    private void faults() {
      if (s[CRASHES] > 0 && s[node + STATUS] != DEAD) {
        possible("crash", t -> crash(t, n));
      }
      if (up && s[PAUSES] > 0) {
        possible(
            "pause",
            t -> {
              t[PAUSES]--;
              t[node + STATUS] = PAUSED;
            });
      }
      if (s[node + STATUS] == PAUSED) {
        possible("resume", t -> t[node + STATUS] = UP);
      }
      if (up && s[CUTS] > 0) {
        possible(
            "cut",
            t -> {
              t[CUTS]--;
              t[node + CUT] = 1;
            });
      }
      if (cut) {
        fair(
            "heal",
            t -> {
              t[node + CUT] = 0;
              t[node + HELLO] = 1;
            });
      }
      if (s[LOST_TICKS] > 0 && s[node + TICK] == 1) {
        possible(
            "tick lost",
            t -> {
              t[LOST_TICKS]--;
              t[node + TICK] = 0;
            });
      }
      if ((!up || cut) && (s[GRANTS] & rules.grants(n)) != 0) {
        fair("grants run out", t -> t[GRANTS] &= (byte) ~rules.grants(n));
      }
    }

    private void feed() {
      int news = s[APPLIED] & ~s[node + SEEN] & ~s[node + LOST];
      if (up && reaches && news != 0) {
        int first = Integer.lowestOneBit(news);
        fair(
            "deliver",
            t -> {
              t[node + SEEN] |= (byte) first;
              dropL1(t, n, !rules.broken(Variant.NO_FENCE));
              wake(t, n);
            });
        if (rules.broken(Variant.LOSSY_INVALIDATIONS)) {
          possible("invalidation lost", t -> t[node + LOST] |= (byte) first);
        }
      }
      if (s[node + DEBT] != 0 && reaches) {
        fair("execute invalidate", t -> server.payDebts(t, n));
      }
      if (up && s[node + HELLO] == 1 && !cut) {
        fair("hello", t -> server.hello(t, n));
      }
      if (up && s[node + TICK] == 1) {
        fair(
            "tick",
            t -> {
              t[node + TICK] = 0;
              wake(t, n);
            });
      }
    }

    private void flightSteps(int i) {
      int f = flight(n, i);
      if (s[f] == FREE) {
        return;
      }
      if (up && s[f + CALLERS] == 1 && s[LEAVES] > 0) {
        possible("leave", t -> callersLeave(t, f));
      }
      if (reaches) {
        execute(i, f);
      }
      if (up) {
        answers(i, f);
      }
      if (up && cut) {
        alone(f);
      }
    }

    private void callersLeave(byte[] t, int f) {
      t[LEAVES]--;
      t[f + CALLERS] = 0;
      if (t[f] == WAIT) {
        t[f] = LEAVE_SENT;
      } else if (t[f] == LOAD) {
        boolean silent = rules.broken(Variant.FENCED_IS_SILENT) && t[f + FENCED] == 1;
        t[f] = (byte) (silent ? FREE : LOAD_LEAVE_SENT);
      } else if (t[f] == LOCAL) {
        t[f] = FREE;
      }
    }

    /** The server executes a request, also of a node that is paused or dead. */
    private void execute(int i, int f) {
      switch (s[f]) {
        case ENTER_SENT -> fair("execute enter", t -> server.enter(t, n, i));
        case LOOK_SENT -> fair("execute look", t -> server.look(t, f, rules.grant(n, i)));
        case RECLAIM_SENT -> fair("execute reclaim", t -> server.reclaim(t, n, i));
        case COMPLETE_SENT -> fair("execute complete", t -> server.complete(t, n, i));
        case LEAVE_SENT, LOAD_LEAVE_SENT -> fair("execute leave", t -> server.leave(t, n, i));
        case ABANDON_SENT -> fair("execute abandon", t -> server.abandon(t, f));
        default -> {}
      }
    }

    /** The node receives an answer, or goes on by itself. */
    private void answers(int i, int f) {
      boolean wanted = s[f + CALLERS] == 1;
      switch (s[f]) {
        case VALUE_BACK -> fair("got value", t -> storeAndEnd(t, f, wanted));
        case OK_BACK -> fair("committed", t -> storeAndEnd(t, f, wanted));
        case ACQUIRED_BACK ->
            fair(
                "got lease",
                t -> {
                  t[f] = (byte) (wanted ? LOAD : LOAD_LEAVE_SENT);
                  t[f + VERSION] = t[DATABASE];
                });
        case FENCED_BACK -> fair("fenced", t -> storeAndEnd(t, f, wanted && t[f + VERSION]-- > 0));
        case WAIT -> {
          if (!rules.broken(Variant.NO_POLL)) {
            fair("poll", t -> t[f] = LOOK_SENT);
          }
        }
        case LOAD -> load(i, f, wanted);
        case LOCAL -> endOfLoad("local load ends", t -> storeAndEnd(t, f, wanted));
        default -> {}
      }
    }

    private void load(int i, int f, boolean wanted) {
      boolean silent = s[f + FENCED] == 1 && rules.broken(Variant.FENCED_IS_SILENT);
      endOfLoad(
          "load ends",
          t -> {
            if (silent) {
              Server.clear(t, f);
            } else {
              t[f] = COMPLETE_SENT;
            }
          });
      if (reaches && !silent) {
        fair("renew", t -> server.renew(t, n, i));
      }
      if (silent && !wanted) {
        fair("stop fenced", t -> Server.clear(t, f));
      }
    }

    private void storeAndEnd(byte[] t, int f, boolean store) {
      if (store) {
        store(t, n, f);
      }
      Server.clear(t, f);
    }

    /** The ledger cannot be reached: the node loads for itself. */
    private void alone(int f) {
      boolean wanted = s[f + CALLERS] == 1;
      switch (s[f]) {
        case ENTER_SENT, LOOK_SENT, RECLAIM_SENT, VALUE_BACK, ACQUIRED_BACK ->
            fair(
                "alone",
                t -> {
                  if (wanted) {
                    t[f] = LOCAL;
                    t[f + VERSION] = t[DATABASE];
                  } else {
                    Server.clear(t, f);
                  }
                });
        case COMPLETE_SENT, OK_BACK -> fair("alone", t -> storeAndEnd(t, f, wanted));
        case FENCED_BACK, LEAVE_SENT, LOAD_LEAVE_SENT, ABANDON_SENT ->
            fair("alone", t -> Server.clear(t, f));
        default -> {}
      }
    }
  }
}
