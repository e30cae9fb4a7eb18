package dev.slipstream.redis;

import dev.slipstream.processes.FakeTime;
import dev.slipstream.processes.RedisServer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * Ends, stops and cuts off processes that share a ledger, checks what is to hold then, and prints a
 * figure for each: a program, not a test. Its arguments are the server's binary, the part of the
 * rounds to run (1 for all of them), and {@code without-clocks} for a server that does not run with
 * libfaketime. Counts are checked; times are printed.
 */
final class ProcessFigures {
  private static final long PAUSE_NANOS = 50_000;

  private static final long LEASE_MILLIS = 1_000;

  private final Nodes nodes;
  private final double part;

  private ProcessFigures(Nodes nodes, double part) {
    this.nodes = nodes;
    this.part = part;
  }

  public static void main(String[] args) throws InterruptedException {
    Path binary = Path.of(args[0]);
    double part = Double.parseDouble(args[1]);
    try (Nodes nodes = new Nodes(binary, RedisServer.of(binary), direct(), 0)) {
      ProcessFigures figures = new ProcessFigures(nodes, part);
      SharedFetches fetches = new SharedFetches(nodes, all -> rounds(all, part));
      fetches.hotKey(1_000);
      fetches.ownerKilled(50, LEASE_MILLIS);
      figures.ownerStopped();
      figures.waitersKilled();
      figures.lastCallerLeaves();
      figures.invalidation();
      new InvalidationFigures(nodes).atRandom(part);
    }
    IntUnaryOperator rounds = all -> rounds(all, part);
    ServerFigures server = new ServerFigures(binary, rounds);
    server.restartWithoutPersistence();
    server.restartWithItsData();
    server.reload();
    server.nodeCutOff();
    server.failover();
    NetworkFigures network = new NetworkFigures(binary, rounds);
    network.oneNodeLocal();
    network.oneNodeFails();
    network.serverStopped();
    new EvictionFigures(binary, rounds).run();
    new HerdFigures(binary, rounds).run();
    LeakFigures.run(binary, rounds(1_000_000, part));
    if (args.length > 2) {
      System.out.println("wrong clocks: left out, as was asked for");
    } else {
      wrongClocks(binary, rounds);
    }
    System.out.println("all that is counted holds");
    System.exit(0); // the clients' threads
  }

  private static List<NodeOptions> direct() {
    return NodeOptions.lease(LEASE_MILLIS).direct().times(3);
  }

  private static void wrongClocks(Path binary, IntUnaryOperator rounds) {
    Optional<FakeTime> time = FakeTime.installed();
    if (time.isEmpty()) {
      System.out.println(
          "wrong clocks: left out, as there is no libfaketime: apt-get install faketime");
      return;
    }
    try (FakeTime wrong = time.get()) {
      new ClockFigures(binary, rounds, wrong).run();
    }
  }

  private static int rounds(int all, double part) {
    return (int) Math.max(1, all * part);
  }

  private int rounds(int all) {
    return rounds(all, part);
  }

  private void ownerStopped() {
    int rounds = rounds(20);
    nodes.send("loads-take 100");
    for (int i = 0; i < rounds; i++) {
      String key = nodes.newKey();
      nodes.setRow(key, 1);
      nodes.get(key, 1);
      int owner = nodes.loading(key);
      nodes.nodes.get(owner).signal("STOP");
      nodes.setRow(key, 2); // the taker reads another value
      int taker = nodes.loading(key);
      check(nodes.nodes.get(taker).got(key).value().equals("2"), "the taker's value");
      nodes.nodes.get(owner).signal("CONT");
      for (Node node : nodes.nodes) {
        if (node != nodes.nodes.get(taker)) {
          check(node.got(key).value().equals("2"), "the taker's value for all");
        }
        node.send("peek " + key);
        check(node.await("peeked " + key).equals("2"), "the taker's value in each cache");
      }
      check(nodes.loads(key) == 2, "two loads of " + key);
    }
    System.out.printf(
        "owner stopped past its lease: %d rounds; each time the late owner was refused and all have"
            + " the taker's value%n",
        rounds);
  }

  private void waitersKilled() {
    int rounds = rounds(5);
    long[] ends = new long[rounds];
    nodes.send("loads-take 30000");
    for (int i = 0; i < rounds; i++) {
      String key = nodes.newKey();
      nodes.nodes.get(0).get(key, 1);
      int owner = nodes.loading(key);
      nodes.nodes.get(1).get(key, 1);
      nodes.nodes.get(2).get(key, 1);
      nodes.awaitWaiting(2);
      long ignoredToo = nodes.nodes.get(owner).leave();
      nodes.nodes.get(1).kill();
      nodes.nodes.get(2).kill();
      long start = System.nanoTime();
      String ignored = nodes.nodes.get(owner).await("stopped " + key);
      ends[i] = System.nanoTime() - start;
      check(nodes.loads(key) == 1, "one load of " + key);
      nodes.restart(1, 30_000);
      nodes.restart(2, 30_000);
    }
    System.out.printf(
        "waiters killed (-9), the owner's callers gone: %d rounds, the loader stopped in each%n",
        rounds);
    print("from the kill to the loader's end (grants last 3.5 s)", ends);
  }

  private void lastCallerLeaves() {
    int rounds = rounds(300);
    nodes.send("loads-take 30000");
    long[] stops = new long[rounds];
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int i = 0; i < rounds; i++) {
      String key = nodes.newKey();
      nodes.get(key, 1);
      int owner = nodes.loading(key);
      nodes.awaitWaiting(2);
      int[] order = orders[i % orders.length];
      long left = 0;
      for (int k = 0; k < 3; k++) {
        check(nodes.nodes.get(owner).poll("stopped " + key) == null, "nobody is stopped before");
        left = nodes.nodes.get(order[k]).leave();
        Node.Got ignored = nodes.nodes.get(order[k]).got(key);
      }
      stops[i] = Long.parseLong(nodes.nodes.get(owner).await("stopped " + key)) - left;
      check(nodes.loads(key) == 1, "one load of " + key);
    }
    check(nodes.ledger.commands().keys(Nodes.TAG + "g:*").isEmpty(), "no grant is left");
    System.out.printf(
        "last caller leaves, in every order: %d rounds, %d loads started, %d stopped%n",
        rounds, rounds, rounds);
    print("from the last leave to the loader's interruption", stops);
  }

  private void invalidation() {
    int rounds = rounds(1_000);
    nodes.send("loads-take 0");
    invalidate(new long[2 * rounds(2_000)]); // until the JVMs are warm
    long[] deliveries = new long[2 * rounds];
    invalidate(deliveries);
    System.out.printf("invalidation: %d, read on 3 nodes after it: 0 stale%n", rounds);
    print("from the call to another JVM's cache", deliveries);
  }

  private void invalidate(long[] deliveries) {
    String key = nodes.newKey();
    for (int i = 0; i < deliveries.length / 2; i++) {
      int by = i % 3;
      nodes.get(key, 1);
      for (Node node : nodes.nodes) {
        Node.Got ignored = node.got(key);
      }
      for (int other = 1; other < 3; other++) {
        nodes.nodes.get((by + other) % 3).send("note-delivery " + key);
        String ignored = nodes.nodes.get((by + other) % 3).await("noting " + key);
      }
      nodes.setRow(key, i + 1);
      Node issuer = nodes.nodes.get(by);
      issuer.send("invalidate " + key);
      long start = Long.parseLong(issuer.await("invalidated " + key));
      issuer.get(key, 1);
      check(issuer.got(key).value().equals("" + (i + 1)), "no stale read where it was made");
      for (int other = 1; other < 3; other++) {
        Node node = nodes.nodes.get((by + other) % 3);
        deliveries[2 * i + other - 1] = Long.parseLong(node.await("gone " + key)) - start;
        node.get(key, 1);
        check(node.got(key).value().equals("" + (i + 1)), "no stale read after delivery");
      }
    }
  }

  /** Waits a moment: a spin would take the processor from the nodes. */
  static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  /** Waits, for a minute at most, until something holds. */
  static void await(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!holds.getAsBoolean()) {
      check(System.nanoTime() < deadline, what + " within a minute");
      pause();
    }
  }

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("expected " + what);
    }
  }

  static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "    %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        what,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }
}
