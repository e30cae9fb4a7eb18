package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;

import dev.slipstream.processes.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Fifty nodes, in three JVMs, wait for one load: a part of {@link ProcessFigures}. What the end of
 * the load costs the server is counted.
 */
final class HerdFigures {
  private static final int WAITERS = 49;

  /** After so many looks a waiter looks once a second. */
  private static final int FREQUENT_LOOKS = 6;

  private final Path binary;
  private final IntUnaryOperator rounds;

  HerdFigures(Path binary, IntUnaryOperator rounds) {
    this.binary = binary;
    this.rounds = rounds;
  }

  void run() {
    int count = rounds.applyAsInt(20);
    NodeOptions each = NodeOptions.lease(3_000).direct();
    List<NodeOptions> options = List.of(each.caches(17), each.caches(17), each.caches(16));
    long scripts = 0;
    long reads = 0;
    long[] wakes = new long[count];
    try (Nodes nodes = new Nodes(binary, RedisServer.of(binary), options, 0)) {
      for (int i = 0; i < count; i++) {
        nodes.send("hold-loads");
        String key = nodes.newKey();
        nodes.get(key, 1);
        Node owner = nodes.nodes.get(nodes.loading(key));
        nodes.awaitWaiting(WAITERS);
        long joined = nodes.ledger.scripts();
        ProcessFigures.await(
            "looks", () -> nodes.ledger.scripts() - joined >= FREQUENT_LOOKS * WAITERS);
        long scriptsBefore = nodes.ledger.scripts();
        long readsBefore = nodes.ledger.calls("xread");
        owner.send("release-loads");
        long loaded = Long.parseLong(owner.await("loaded " + key));
        for (Node node : nodes.nodes) {
          check(node.got(key).value().equals("null"), "every caller answered");
        }
        wakes[i] = System.nanoTime() - loaded;
        long scriptsNow = nodes.ledger.scripts() - scriptsBefore;
        scripts += scriptsNow;
        reads += nodes.ledger.calls("xread") - readsBefore;
        check(nodes.loads(key) == 1, "one load of " + key + ", not " + nodes.loads(key));
        check(
            scriptsNow <= 1 + 2 * WAITERS,
            "a completion and at most 2 scripts a waiter, not " + scriptsNow);
        nodes.send("release-loads");
      }
    }
    System.out.printf(
        "herd: %d rounds of 50 nodes in 3 JVMs, 1 load each; after the joins, %.2f scripts and %.2f"
            + " reads of the feed a waiter%n",
        count, (double) scripts / count / WAITERS, (double) reads / count / WAITERS);
    ProcessFigures.print("until the last of 49 has the value", wakes);
  }
}
