package dev.slipstream;

import dev.slipstream.LedgerSimulation.Flaw;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.Renewal;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a simulation, with a replica that executes the same steps later. It is restarted
 * and fails over, and what it does is checked.
 */
final class SimulatedLedger {
  static final long LEASE = 300 * SimulationTime.MILLI;

  private static final FetchScope REPAIR = new FetchScope(NodeIdentity.of("repair"), 0);
  private static final Method INVALIDATE = method("invalidate", FetchScope.class, Object.class);

  /** Notes each step in the trace. */
  boolean detailed;

  /** Whether each tick arrives. */
  boolean losesNoTick;

  private final SimulationTime time;
  private final Flaw flaw;
  private final List<SimulatedNode> nodes;
  private final Map<FetchId<String>, Long> accepted = new HashMap<>();
  private final Map<String, Long> leaseEnds = new HashMap<>();
  private final Map<String, Integer> applied = new HashMap<>();
  private SimulatedServer server;
  private SimulatedServer replica;

  SimulatedLedger(SimulationTime time, Flaw flaw, List<SimulatedNode> nodes) {
    this.time = time;
    this.flaw = flaw;
    this.nodes = nodes;
    this.server = new SimulatedServer(time, time.now());
    this.replica = new SimulatedServer(time, time.now());
  }

  private static Method method(String name, Class<?>... types) {
    try {
      return FetchLedger.class.getMethod(name, types);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  SimulatedServer server() {
    return server;
  }

  /** Returns the newest version of a key whose invalidation was applied. */
  int applied(String key) {
    return applied.getOrDefault(key, 0);
  }

  /** Executes a step, and some time later on the replica. */
  CompletableFuture<?> execute(
      SimulatedNode node, Method method, @Nullable Object @Nullable [] arguments) {
    String key = keyOf(arguments);
    SimulationStep step = new SimulationStep(time.now(), method, arguments);
    CompletableFuture<?> result = server.execute(step);
    replica.lag.add(step);
    int behind = time.random.nextInt(4);
    while (replica.lag.size() > behind) {
      replica.replay(replica.lag.remove());
    }
    if (detailed) {
      String asked = Arrays.toString(arguments).replaceAll("#[-0-9a-f]+", "");
      time.say("    " + node + " " + method.getName() + " " + asked + ": " + outcome(result));
    }
    if (!result.isCompletedExceptionally()) {
      check(node, method.getName(), key, arguments, result.join());
    }
    return result;
  }

  private static String outcome(CompletableFuture<?> result) {
    return String.valueOf(
            result
                .handle((Object value, Throwable failure) -> failure == null ? value : failure)
                .join())
        .replaceAll("#[-0-9a-f]+", "");
  }

  private static @Nullable String keyOf(@Nullable Object @Nullable [] arguments) {
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof String key) {
          return key;
        } else if (argument instanceof FetchId<?> id) {
          return (String) id.key();
        } else if (argument instanceof Lease<?> lease) {
          return (String) lease.id().key();
        }
      }
    }
    return null;
  }

  /** Checks what the ledger did, and notes which nodes it will notify of what. */
  private void check(
      SimulatedNode node,
      String method,
      @Nullable String key,
      @Nullable Object @Nullable [] arguments,
      @Nullable Object result) {
    if (key != null && arguments != null) {
      long end = leaseEnds.getOrDefault(key, 0L);
      if (result instanceof JoinResult.Acquired<?, ?> acquired) {
        time.check(
            !acquired.takenOver() || end <= time.now(),
            "S3: " + node + " took a lease over in its time");
        leaseEnds.put(key, time.now() + acquired.lease().left().toNanos());
      } else if (result instanceof Renewal.Renewed<?>) {
        leaseEnds.put(key, time.now() + LEASE);
      } else if (result instanceof Completion.Accepted<?>) {
        Lease<?> lease = (Lease<?>) arguments[0];
        @SuppressWarnings("unchecked")
        Long before = accepted.put((FetchId<String>) lease.id(), lease.token());
        time.check(before == null || before == lease.token(), "S2: two completions were accepted");
      } else if (result instanceof LeaveResult.GivenUp) {
        nodes.forEach(other -> other.checkNotWaiting(arguments[1]));
      }
    }
    boolean joins = method.equals("join") && ((JoinOptions) arguments[2]).invalidateFirst();
    if (method.equals("invalidate") || joins) {
      invalidated(node, key);
    } else if (method.equals("invalidateAll")) {
      SimulatedDatabase.KEYS.forEach(each -> invalidated(node, each));
    }
  }

  /** The ledger applied an invalidation: the others will have it in their feed. */
  private void invalidated(SimulatedNode by, String key) {
    int version = by.issued.getOrDefault(key, 0);
    applied.merge(key, version, Math::max);
    for (SimulatedNode node : nodes) {
      if (node != by) {
        node.coming.merge(key, version, Math::max);
      }
    }
  }

  void restart() {
    time.say("the ledger is restarted and has forgotten everything");
    server = new SimulatedServer(time, time.now());
    replica = new SimulatedServer(time, time.now());
    accepted.clear();
    leaseEnds.clear();
    nodes.forEach(node -> node.connection.reattach(false));
  }

  void failOver() {
    time.say("the ledger fails over, without " + replica.lag.size() + " steps");
    server = replica;
    server.lag.clear();
    accepted.clear();
    leaseEnds.clear();
    applied.clear();
    if (flaw != Flaw.REPEATS_NOTHING) {
      for (SimulatedNode node : nodes) {
        if (node.alive) {
          node.floor.forEach(this::repeat);
        }
      }
    }
    replica = server.copy();
    nodes.forEach(node -> node.connection.reattach(false));
  }

  private void repeat(String key, int version) {
    Object[] arguments = {REPAIR, key};
    var ignored = server.execute(new SimulationStep(time.now(), INVALIDATE, arguments));
    applied.merge(key, version, Math::max);
  }
}
