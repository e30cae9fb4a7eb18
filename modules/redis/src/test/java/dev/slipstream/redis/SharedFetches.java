package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;

import java.util.function.IntUnaryOperator;

/**
 * Keys that all nodes get at once, and nodes that are killed while they load: a part of {@link
 * ProcessFigures}, and of {@link ClockFigures}.
 */
final class SharedFetches {
  private static final int CALLERS = 16;

  private final Nodes nodes;
  private final IntUnaryOperator rounds;

  SharedFetches(Nodes nodes, IntUnaryOperator rounds) {
    this.nodes = nodes;
    this.rounds = rounds;
  }

  /** All nodes get a key at once: one loads. */
  void hotKey(int all) {
    nodes.send("loads-take 1");
    run(rounds.applyAsInt(2 * all), new long[4 * all]); // until the JVMs are warm
    nodes.send("loads-take 20");
    int count = rounds.applyAsInt(all);
    long[] wakes = new long[2 * count];
    long before = nodes.ledger.scripts();
    run(count, wakes);
    double trips = (double) (nodes.ledger.scripts() - before) / count;
    System.out.printf(
        "hot key: %d rounds of 3 nodes with %d callers each, %d loads, %.2f round trips a round%n",
        count, CALLERS, count, trips);
    ProcessFigures.print("wake-up of a waiter", wakes);
  }

  private void run(int count, long[] wakes) {
    for (int i = 0; i < count; i++) {
      String key = nodes.newKey();
      nodes.get(key, CALLERS);
      int owner = nodes.loading(key);
      long loaded = Long.parseLong(nodes.nodes.get(owner).await("loaded " + key));
      Node.Got ignored = nodes.nodes.get(owner).got(key);
      for (int other = 1; other < 3; other++) {
        Node.Got got = nodes.nodes.get((owner + other) % 3).got(key);
        wakes[2 * i + other - 1] = got.nanos() - loaded;
      }
      check(nodes.loads(key) == 1, "one load of " + key + ", not " + nodes.loads(key));
    }
  }

  /** The node that loads is killed: another loads. */
  void ownerKilled(int all, long leaseMillis) {
    int count = rounds.applyAsInt(all);
    long[] handOvers = new long[count];
    nodes.send("loads-take 300");
    for (int i = 0; i < count; i++) {
      String key = nodes.newKey();
      nodes.get(key, 1);
      int owner = nodes.loading(key);
      nodes.nodes.get(owner).kill();
      long killed = System.nanoTime();
      int taker = nodes.loading(key);
      handOvers[i] = System.nanoTime() - killed;
      check(taker != owner, "another takes over");
      for (int other = 1; other < 3; other++) {
        check(nodes.nodes.get((owner + other) % 3).got(key).value().equals("null"), "a value");
      }
      check(nodes.loads(key) == 2, "two loads of " + key + ", not " + nodes.loads(key));
      nodes.restart(owner, 300);
    }
    System.out.printf(
        "owner killed (-9): %d rounds, 2 loads each, lease %d ms%n", count, leaseMillis);
    ProcessFigures.print("hand-over, from the kill to the taker's load", handOvers);
  }
}
