package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;

import dev.slipstream.processes.RedisServer;
import dev.slipstream.processes.Relay;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;

/** What happens when the server, or the way to it, ends: a part of {@link ProcessFigures}. */
final class ServerFigures {
  private static final int LOAD_MILLIS = 100;

  private final Path binary;
  private final IntUnaryOperator rounds;

  ServerFigures(Path binary, IntUnaryOperator rounds) {
    this.binary = binary;
    this.rounds = rounds;
  }

  void restartWithoutPersistence() {
    restart("without persistence", false, false);
  }

  void restartWithItsData() {
    restart("with its data", false, true, "--appendonly", "yes", "--appendfsync", "always");
  }

  /** Its connections stay: nothing is to be seen of it but a pause. */
  void reload() {
    restart("by DEBUG RELOAD", true, true, RedisServer.optionsForDebug(binary));
  }

  /** Restarts it during a load; a row changes meanwhile, and is invalidated by its writer. */
  private void restart(String how, boolean reloads, boolean keepsValues, String... options) {
    int count = rounds.applyAsInt(50);
    long loads = 0;
    try (Nodes nodes = new Nodes(binary, 3, 500, LOAD_MILLIS, options)) {
      for (int i = 0; i < count; i++) {
        String kept = nodes.newKey();
        nodes.setRow(kept, 1);
        nodes.read(kept, "1");
        String key = nodes.newKey();
        nodes.setRow(key, 1);
        nodes.get(key, 4);
        int owner = nodes.loading(key);
        if (reloads) {
          String unused = nodes.ledger.commands().debugReload();
        } else {
          nodes.ledger.stop();
          nodes.ledger.start();
        }
        for (Node node : nodes.nodes) {
          check(node.got(key).value().equals("1"), "every caller gets the value");
        }
        loads += nodes.loads(key);
        check(!reloads || nodes.loads(key) == 1, "one load where the connections stay");
        nodes.awaitLedger();
        nodes.setRow(key, 2);
        nodes.nodes.get(owner).send("invalidate " + key);
        String ignored = nodes.nodes.get(owner).await("invalidated " + key);
        nodes.awaitGone(key);
        nodes.read(key, "2");
        check(
            (nodes.ledger.commands().dbsize() > 0) && (!keepsValues || nodes.loads(kept) == 1),
            "what was there stays where the data does");
      }
    }
    System.out.printf(
        "server restarted %s, during a load: %d rounds, every caller answered, 0 stale, %.2f loads a"
            + " round%n",
        how, count, (double) loads / count);
  }

  /** Cuts one node of three off, has it write, and heals it. */
  void nodeCutOff() {
    int count = rounds.applyAsInt(50);
    try (Nodes nodes = new Nodes(binary, 3, 500, 20)) {
      for (int i = 0; i < count; i++) {
        String own = nodes.newKey();
        nodes.setRow(own, 1);
        nodes.read(own, "1");
        String seen = nodes.newKey();
        nodes.setRow(seen, 1);
        nodes.read(seen, "1");
        int cut = i % 3;
        nodes.relays.get(cut).cut();
        String key = nodes.newKey();
        nodes.get(key, 4);
        for (Node node : nodes.nodes) {
          Node.Got ignored = node.got(key);
        }
        check(nodes.loads(key) == 2, "one load of those that are there and one of the other's");
        nodes.setRow(own, 2);
        nodes.nodes.get(cut).send("invalidate " + own); // owed until it is healed
        nodes.setRow(seen, 2);
        nodes.nodes.get((cut + 1) % 3).send("invalidate " + seen); // missed until it is healed
        nodes.relays.get(cut).heal();
        String ignored = nodes.nodes.get(cut).await("invalidated " + own);
        nodes.awaitGone(own);
        nodes.awaitGone(seen);
        nodes.read(own, "2");
        nodes.read(seen, "2");
        nodes.awaitLedger();
      }
    }
    System.out.printf(
        "one node of three cut off, and healed: %d rounds, every caller answered, its invalidations"
            + " delivered and those that it missed read, 0 stale%n",
        count);
  }

  /** A replica that lacks the last invalidation takes the master's place. */
  void failover() {
    int count = rounds.applyAsInt(20);
    long repeated = 0;
    for (int i = 0; i < count; i++) {
      try (Nodes nodes = new Nodes(binary, 3, 500, 20);
          Relay link = new Relay(nodes.ledger.port());
          RedisServer replica = nodes.replica(link)) {
        String key = nodes.newKey();
        nodes.setRow(key, 1);
        nodes.read(key, "1");
        awaitReplica(nodes, replica);
        link.cut();
        nodes.setRow(key, 2);
        nodes.nodes.get(0).send("invalidate " + key);
        String ignored = nodes.nodes.get(0).await("invalidated " + key);
        nodes.awaitGone(key); // all were notified of it
        long before = replica.commands().xlen(Nodes.TAG + "f");
        String unused = replica.commands().replicaofNoOne();
        nodes.relays.forEach(relay -> relay.lead(replica.port()));
        ProcessFigures.await(
            "a repetition", () -> replica.commands().xlen(Nodes.TAG + "f") > before);
        nodes.awaitLedger();
        repeated += replica.commands().xlen(Nodes.TAG + "f") - before;
        nodes.read(key, "2");
      }
    }
    System.out.printf(
        "failover to a replica that lacks the last invalidation: %d rounds, 0 stale, %d entries of"
            + " the feed written anew%n",
        count, repeated);
  }

  private static void awaitReplica(Nodes nodes, RedisServer replica) {
    ProcessFigures.await(
        "a replica with all keys",
        () -> replica.commands().dbsize().equals(nodes.ledger.commands().dbsize()));
  }
}
