package dev.slipstream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Three caches, with the real coordinator, over an in-memory ledger, on one thread: a seed decides
 * what happens next, how long everything takes, and what goes wrong. Time is the simulation's. The
 * same seed runs the same way again.
 *
 * <p>What goes wrong: a node crashes and comes back, is paused, or is cut off; a tick is lost; the
 * ledger is restarted and has forgotten everything; it fails over to a replica that lacks its last
 * writes, after which the nodes repeat the invalidations that they made or saw.
 *
 * <p>What is checked, as in the model:
 *
 * <ul>
 *   <li>S1: a node's cache holds nothing older than an invalidation that returned on it or was
 *       delivered to it
 *   <li>S2: at most one completion of a fetch is accepted
 *   <li>S3: a lease is taken over only when it has run out
 *   <li>S4: no fetch is given up for which a flight of a healthy node waits
 *   <li>L1: when all is well again, every caller is served
 *   <li>L2: or, if all of them leave, every loader is stopped
 *   <li>L3: an invalidation reaches every node
 * </ul>
 */
final class LedgerSimulation {
  /** A mistake, planted between the coordinator and its ledger. */
  enum Flaw {
    NONE,
    /** Invalidations of others are not delivered. */
    LOSES_INVALIDATIONS,
    /** An invalidation counts as acknowledged when it is sent. */
    HAS_NO_DEBTS,
    /** A leave is not sent. */
    NEVER_LEAVES,
    /** A completion is accepted by whatever token. */
    CHECKS_NO_TOKEN,
    /** Nothing is repeated after a failover. */
    REPEATS_NOTHING,
    /** A look has no answer, and does not time out. */
    NEVER_LOOKS_AGAIN,
    /** A waiter takes its grant back at once. */
    WAITS_WITHOUT_A_GRANT
  }

  /** What was found, and how it came to it. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message);
    }
  }

  private static final int NODES = 3;
  private static final int ACTIONS = 60;

  private final Flaw flaw;
  private final SimulationTime time;
  private final SimulatedDatabase database = new SimulatedDatabase();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final SimulatedLedger ledger;

  LedgerSimulation(long seed, Flaw flaw) {
    this.flaw = flaw;
    this.time = new SimulationTime(seed);
    this.ledger = new SimulatedLedger(time, flaw, nodes);
  }

  /** Notes each step of the ledger in the trace. */
  LedgerSimulation inDetail() {
    ledger.detailed = true;
    return this;
  }

  /** Runs to the end; throws a {@link Violation} that names the seed. */
  void run() {
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(start("n" + i));
      }
      for (int i = 0; i < ACTIONS; i++) {
        time.advance(time.random.nextInt(120) * SimulationTime.MILLI, this::checkCaches);
        act();
      }
      end();
    } catch (Violation e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      throw time.violation("the simulation itself failed: " + e, e);
    } finally {
      nodes.forEach(SimulatedNode::die);
    }
  }

  private SimulatedNode start(String name) {
    return new SimulatedNode(name, time, database, ledger, flaw);
  }

  private void startAgain(SimulatedNode node) {
    nodes.set(nodes.indexOf(node), start(node.name));
  }

  private void act() {
    SimulatedNode node = nodes.get(time.random.nextInt(NODES));
    List<String> keys = SimulatedDatabase.KEYS;
    String key = keys.get(time.random.nextInt(keys.size()));
    int what = time.random.nextInt(100);
    if (!node.alive) {
      time.say(node + " starts again");
      startAgain(node);
    } else if (node.paused && what < 50) {
      node.resume();
    } else if (node.paused) {
      return; // it cannot do anything
    } else if (what < 45) {
      node.get(key, what < 5);
    } else if (what < 58) {
      node.leaveOne();
    } else if (what < 75) {
      node.invalidate(key);
    } else if (what < 79) {
      node.invalidateAll();
    } else if (what < 84) {
      node.pause();
    } else if (what < 90) {
      node.connection.cutOrHeal();
    } else if (what < 93) {
      time.say(node + " crashes");
      node.die();
    } else if (what < 95) {
      ledger.restart();
    } else if (what < 98) {
      ledger.failOver();
    }
  }

  private void checkCaches() {
    for (SimulatedNode node : nodes) {
      for (String key : SimulatedDatabase.KEYS) {
        Integer cached = node.alive ? node.cached(key) : null;
        int floor = node.floor.getOrDefault(key, 0);
        time.check(
            cached == null || cached >= floor,
            "S1: " + node + " holds " + key + cached + " after the invalidation of " + floor);
      }
    }
  }

  private void end() {
    time.say("all is well again");
    ledger.losesNoTick = true;
    nodes.forEach(this::recover);
    boolean allLeave = time.random.nextBoolean();
    if (allLeave) {
      database.answers = false;
      nodes.forEach(node -> node.calls.forEach(call -> call.cancel(true)));
    }
    time.advance(TimeUnit.SECONDS.toNanos(20), this::checkCaches);
    for (SimulatedNode node : nodes) {
      for (CompletableFuture<?> call : node.calls) {
        time.check(call.isDone(), "L1: a caller of " + node + " is not served");
      }
      if (allLeave) {
        time.check(node.loading() == 0, "L2: a loader of " + node + " runs for nobody");
      }
      for (String key : SimulatedDatabase.KEYS) {
        Integer cached = node.cached(key);
        time.check(
            cached == null || cached >= ledger.applied(key),
            "L3: " + node + " still holds " + key + cached);
        time.check(node.cache.inFlight().isEmpty(), "L1: a flight of " + node + " does not end");
      }
    }
  }

  private void recover(SimulatedNode node) {
    if (!node.alive) {
      startAgain(node);
      return;
    }
    if (node.paused) {
      node.resume();
    }
    if (node.connection.isCut()) {
      node.connection.heal();
    }
  }

  /** Returns what happened. */
  List<String> trace() {
    return time.trace();
  }
}
