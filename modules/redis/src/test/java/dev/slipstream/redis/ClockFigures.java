package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;

import dev.slipstream.processes.FakeTime;
import dev.slipstream.processes.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Nodes whose clocks are an hour fast and an hour slow, and a server whose clock is stepped while a
 * load runs: a part of {@link ProcessFigures}.
 */
final class ClockFigures {
  private static final long LEASE_MILLIS = 1_000;
  private static final Duration HOUR = Duration.ofHours(1);

  private final Path binary;
  private final IntUnaryOperator rounds;
  private final FakeTime time;

  ClockFigures(Path binary, IntUnaryOperator rounds, FakeTime time) {
    this.binary = binary;
    this.rounds = rounds;
    this.time = time;
  }

  void run() {
    NodeOptions right = NodeOptions.lease(LEASE_MILLIS).direct();
    List<NodeOptions> options =
        List.of(right.in(time.wrongBy(HOUR)), right.in(time.wrongBy(HOUR.negated())), right);
    try (Nodes nodes = new Nodes(binary, RedisServer.in(time.stepped(), binary), options, 0)) {
      checkClocks(nodes);
      System.out.println("nodes whose clocks are an hour fast, an hour slow and right:");
      SharedFetches fetches = new SharedFetches(nodes, rounds);
      fetches.hotKey(1_000);
      fetches.ownerKilled(20, LEASE_MILLIS);
      stepped(nodes, HOUR.negated(), 1);
      stepped(nodes, HOUR, 2);
      ownerKilledAfterAStepBack(nodes);
    }
  }

  /** Without it all of the rest would hold for clocks that are right. */
  private void checkClocks(Nodes nodes) {
    long now = System.currentTimeMillis();
    long[] hours = {1, -1, 0};
    for (int i = 0; i < hours.length; i++) {
      nodes.nodes.get(i).send("clock");
      long wrong = Long.parseLong(nodes.nodes.get(i).await("clock")) - now;
      check(Math.abs(wrong - hours[i] * HOUR.toMillis()) < 60_000, "a clock that is not " + wrong);
    }
    step(nodes, HOUR);
    step(nodes, Duration.ZERO);
  }

  /** Steps the server's clock, and waits until it has. */
  private void step(Nodes nodes, Duration offset) {
    time.step(offset);
    ProcessFigures.await(
        "a step of the server's clock",
        () -> {
          long wrong =
              Long.parseLong(nodes.ledger.commands().time().get(0))
                  - System.currentTimeMillis() / 1_000;
          return Math.abs(wrong - offset.toSeconds()) < 60;
        });
  }

  /**
   * The clock is stepped during a load. A step ahead ends the lease: another loads too, and one of
   * the two is refused.
   */
  private void stepped(Nodes nodes, Duration by, int mostLoads) {
    int count = rounds.applyAsInt(50);
    long loads = 0;
    for (int i = 0; i < count; i++) {
      step(nodes, by.isNegative() ? HOUR : Duration.ZERO);
      nodes.awaitLedger();
      nodes.send("loads-take 300");
      String key = nodes.newKey();
      nodes.setRow(key, 1);
      nodes.get(key, 4);
      int owner = nodes.loading(key);
      nodes.awaitWaiting(2);
      step(nodes, by.isNegative() ? Duration.ZERO : HOUR);
      for (Node node : nodes.nodes) {
        check(node.got(key).value().equals("1"), "every caller gets the value");
      }
      long loadsOfKey = nodes.loads(key);
      check(loadsOfKey >= 1 && loadsOfKey <= mostLoads, "loads, not " + loadsOfKey);
      loads += loadsOfKey;
      nodes.send("loads-take 0");
      nodes.setRow(key, 2);
      nodes.nodes.get(owner).send("invalidate " + key);
      String ignored = nodes.nodes.get(owner).await("invalidated " + key);
      nodes.awaitGone(key);
      nodes.read(key, "2");
    }
    System.out.printf(
        "the server's clock stepped an hour %s during a load: %d rounds, every caller answered, 0"
            + " stale, %.2f loads a round%n",
        by.isNegative() ? "back" : "ahead", count, (double) loads / count);
  }

  /** The owner renews after the step, and is killed then. */
  private void ownerKilledAfterAStepBack(Nodes nodes) {
    int count = rounds.applyAsInt(20);
    long[] handOvers = new long[count];
    for (int i = 0; i < count; i++) {
      step(nodes, HOUR);
      nodes.awaitLedger();
      nodes.send("loads-take 1500");
      String key = nodes.newKey();
      nodes.get(key, 1);
      int owner = nodes.loading(key);
      nodes.awaitWaiting(2);
      step(nodes, Duration.ZERO);
      String record = Nodes.recordOf(key);
      ProcessFigures.await("a renewal", () -> isRenewed(nodes, record));
      nodes.nodes.get(owner).kill();
      handOvers[i] = -System.nanoTime();
      int taker = nodes.loading(key);
      handOvers[i] += System.nanoTime();
      check(taker != owner, "another takes over");
      for (int other = 1; other < 3; other++) {
        check(nodes.nodes.get((owner + other) % 3).got(key).value().equals("null"), "a value");
      }
      check(nodes.loads(key) == 2, "two loads of " + key + ", not " + nodes.loads(key));
      if (i + 1 < count) {
        nodes.restart(owner, 0);
      }
    }
    System.out.printf(
        "the server's clock stepped an hour back, the owner killed once it has renewed: %d rounds,"
            + " 2 loads each%n",
        count);
    ProcessFigures.print("hand-over, from the kill to the taker's load", handOvers);
  }

  private static boolean isRenewed(Nodes nodes, String record) {
    long now = Long.parseLong(nodes.ledger.commands().time().get(0)) * 1_000;
    return Long.parseLong(nodes.ledger.commands().hget(record, "exp")) < now + HOUR.toMillis() / 2;
  }
}
