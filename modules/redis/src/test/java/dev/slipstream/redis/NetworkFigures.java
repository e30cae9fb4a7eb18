package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;
import static dev.slipstream.redis.ProcessFigures.pause;

import dev.slipstream.LedgerUnavailableFetchException;
import dev.slipstream.processes.RedisServer;
import dev.slipstream.processes.Relay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * What happens when the way of one node of three to the server, or the server, is slow or stands
 * still: a part of {@link ProcessFigures}. Nodes are to go on before it is over, not because it is.
 */
final class NetworkFigures {
  private static final long LEASE_MILLIS = 1_000;
  private static final long PATIENCE_MILLIS = 500;
  private static final int LOAD_MILLIS = 20;

  private static final long STOP_MILLIS = 5_000;
  private static final long LONG_LEASE_MILLIS = 20_000;
  private static final int LONG_LOAD_MILLIS = 2_000;

  private static final String UNAVAILABLE = LedgerUnavailableFetchException.class.getSimpleName();

  /** A way that is not what it should be. */
  private enum Fault {
    DELAYED("500 ms late each way", relay -> relay.delay(Duration.ofMillis(500))),
    WITHOUT_ANSWERS("without answers", Relay::holdAnswers),
    HANGING("hanging", Relay::hang),
    WITHOUT_REQUESTS("without requests", Relay::holdRequests),
    CUT("cut", Relay::cut);

    final String text;
    final Consumer<Relay> begin;

    Fault(String text, Consumer<Relay> begin) {
      this.text = text;
      this.begin = begin;
    }
  }

  private final Path binary;
  private final IntUnaryOperator rounds;

  NetworkFigures(Path binary, IntUnaryOperator rounds) {
    this.binary = binary;
    this.rounds = rounds;
  }

  /** The first node's callers are answered all the same, by loads of its own. */
  void oneNodeLocal() {
    oneNode(NodeOptions.lease(LEASE_MILLIS).patience(PATIENCE_MILLIS), 0);
  }

  /** The first node's callers get a typed failure; what it has stored is dropped in time. */
  void oneNodeFails() {
    oneNode(
        NodeOptions.lease(LEASE_MILLIS)
            .patience(PATIENCE_MILLIS)
            .detachedFor(1_000)
            .failsWhenAway(),
        2); // a short run has other faults than the one above
  }

  private void oneNode(NodeOptions first, int firstFault) {
    int count = rounds.applyAsInt(100);
    long[] waits = new long[count];
    long[] othersWaits = new long[count];
    List<Long> drops = new ArrayList<>();
    NodeOptions other = NodeOptions.lease(LEASE_MILLIS);
    try (Nodes nodes =
        new Nodes(binary, RedisServer.of(binary), List.of(first, other, other), LOAD_MILLIS)) {
      for (int i = 0; i < count; i++) {
        Fault fault = Fault.values()[(firstFault + i) % Fault.values().length];
        Round round = new Round(nodes, fault, first);
        round.run();
        waits[i] = round.wait;
        othersWaits[i] = round.othersWait;
        if (round.fails) {
          drops.add(round.drop);
        }
      }
    }
    boolean fails = !drops.isEmpty();
    System.out.printf(
        "the way of one node of three %s: %d rounds, %s, the others' callers by one load, its"
            + " invalidations delivered and those that it missed read when healed, 0 stale, %s%n",
        texts(firstFault, count),
        count,
        fails
            ? "each of its callers had " + UNAVAILABLE
            : "each of its callers answered by a load of its own",
        fails ? "what it had stored was dropped" : "what it had stored kept");
    ProcessFigures.print(
        "longest wait of its callers (for an answer %d ms, loader %d ms)"
            .formatted(PATIENCE_MILLIS, LOAD_MILLIS),
        waits);
    ProcessFigures.print("longest wait of the others' (lease 1 s)", othersWaits);
    if (fails) {
      ProcessFigures.print(
          "from the fault to the drop (a read of the feed waits 1.5 s, detachedFor 1 s)",
          drops.stream().mapToLong(x -> x).toArray());
    }
  }

  private static String texts(int firstFault, int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < Math.min(count, Fault.values().length); i++) {
      texts.add(Fault.values()[(firstFault + i) % Fault.values().length].text);
    }
    return String.join(", ", texts);
  }

  /** One fault, and what holds during and after it. */
  private static final class Round {
    final Nodes nodes;
    final Fault fault;
    final boolean fails;
    long wait;
    long othersWait;
    long drop;

    Round(Nodes nodes, Fault fault, NodeOptions first) {
      this.nodes = nodes;
      this.fault = fault;
      this.fails = first.equals(first.failsWhenAway());
    }

    void run() {
      Node first = nodes.nodes.get(0);
      nodes.awaitLedger();
      String kept = stored(1);
      String own = stored(1);
      String seen = stored(1);
      long loadsOfKept = nodes.loads(kept);
      String feed = feedOf(first);
      fault.begin.accept(nodes.relays.get(0));
      long begin = System.nanoTime();

      callersAreAnswered();
      nodes.setRow(own, 2);
      first.send("invalidate " + own); // owed until it is healed
      first.get(own, 1);
      check(first.got(own).value().equals(fails ? UNAVAILABLE : "2"), "its own write");
      nodes.setRow(seen, 2);
      nodes.nodes.get(1).send("invalidate " + seen); // missed until it is healed
      String ignored = nodes.nodes.get(1).await("invalidated " + seen);
      String cutOff = feed.replace("attached", "detached");
      ProcessFigures.await("a feed that is cut off", () -> feedOf(first).equals(cutOff));
      if (fails) {
        drop = Nodes.awaitGone(first, kept) - begin;
      }

      nodes.relays.get(0).heal();
      ignored = first.await("invalidated " + own);
      for (Node other : nodes.nodes.subList(1, 3)) {
        long unused = Nodes.awaitGone(other, own);
      }
      nodes.awaitGone(seen);
      ProcessFigures.await("a feed that has missed nothing", () -> feedOf(first).equals(feed));
      if (!fails) {
        first.send("peek " + kept);
        check(first.await("peeked " + kept).equals("1"), "what was not invalidated is kept");
        check(nodes.loads(kept) == loadsOfKept, "it was not loaded again");
      }
      nodes.awaitLedger();
      nodes.read(own, "2");
      nodes.read(seen, "2");
    }

    /** Returns whether a node's feed is attached, and how often it missed something. */
    private static String feedOf(Node node) {
      node.send("feed");
      return node.await("feed");
    }

    /** All callers, while the fault lasts. */
    private void callersAreAnswered() {
      String key = nodes.newKey();
      nodes.setRow(key, 1);
      nodes.get(key, 4);
      for (Node node : nodes.nodes) {
        Node.Got got = node.got(key);
        boolean first = node == nodes.nodes.get(0);
        check(got.value().equals(first && fails ? UNAVAILABLE : "1"), "not " + got);
        if (first) {
          wait = got.longestNanos();
        } else {
          othersWait = Math.max(othersWait, got.longestNanos());
        }
      }
      long expected = fails ? 1 : 2;
      check(
          nodes.loads(key) == expected,
          "one load of those that are there" + (fails ? "" : " and one of the other's"));
    }

    /** Returns a key that all nodes have stored. */
    private String stored(int version) {
      String key = nodes.newKey();
      nodes.setRow(key, version);
      nodes.read(key, Integer.toString(version));
      return key;
    }
  }

  /** The server is stopped for some seconds, and goes on. */
  void serverStopped() {
    int count = rounds.applyAsInt(20);
    long[] waits = new long[count];
    long[] waitsAfter = new long[count];
    try (Nodes nodes =
        new Nodes(
            binary,
            RedisServer.of(binary),
            NodeOptions.lease(LONG_LEASE_MILLIS).patience(PATIENCE_MILLIS).times(3),
            LOAD_MILLIS)) {
      for (int i = 0; i < count; i++) {
        serverStopped(nodes, i, waits, waitsAfter);
      }
    }
    System.out.printf(
        "server stopped for %d s: %d rounds, each node loads for itself, no join that timed out is"
            + " left, 0 stale%n",
        STOP_MILLIS / 1_000, count);
    ProcessFigures.print(
        "longest wait of a caller meanwhile (for an answer %d ms, loader %d ms)"
            .formatted(PATIENCE_MILLIS, LONG_LOAD_MILLIS),
        waits);
    ProcessFigures.print(
        "a caller afterwards, of a key that others had asked for (loader %d ms, lease %d s)"
            .formatted(LOAD_MILLIS, LONG_LEASE_MILLIS / 1_000),
        waitsAfter);
  }

  private static void serverStopped(Nodes nodes, int i, long[] waits, long[] waitsAfter) {
    nodes.send("loads-take " + LOAD_MILLIS);
    nodes.awaitLedger();
    String seen = nodes.newKey();
    nodes.setRow(seen, 1);
    nodes.read(seen, "1");
    nodes.send("loads-take " + LONG_LOAD_MILLIS);
    String under = nodes.newKey(); // is loaded while the server stops
    nodes.setRow(under, 1);
    nodes.get(under, 4);
    int owner = nodes.loading(under);
    nodes.awaitWaiting(2);
    nodes.ledger.signal("STOP");
    long stopped = System.nanoTime();
    String asked = nodes.newKey(); // is asked for by two of three
    nodes.setRow(asked, 1);
    int third = (owner + 2) % 3;
    List<Node> two = List.of(nodes.nodes.get(owner), nodes.nodes.get((owner + 1) % 3));
    two.forEach(node -> node.get(asked, 4));
    for (Node node : nodes.nodes) {
      Node.Got got = node.got(under);
      check(got.value().equals("1"), "a value of its own");
      waits[i] = Math.max(waits[i], got.longestNanos());
    }
    for (Node node : two) {
      check(node.got(asked).value().equals("1"), "a value of its own");
    }
    check(nodes.loads(under) == 3, "each node loads, not " + nodes.loads(under));
    check(nodes.loads(asked) == 2, "both load, not " + nodes.loads(asked));
    nodes.setRow(seen, 2);
    nodes.nodes.get(owner).send("invalidate " + seen);
    nodes.nodes.get(owner).get(seen, 1);
    check(nodes.nodes.get(owner).got(seen).value().equals("2"), "its own write");
    sleepUntil(stopped + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS));

    nodes.send("loads-take " + LOAD_MILLIS);
    nodes.ledger.signal("CONT");
    nodes.nodes.get(third).get(asked, 1);
    Node.Got got = nodes.nodes.get(third).got(asked);
    check(got.value().equals("1"), "a value");
    check(nodes.loads(asked) == 3, "the third loads, not " + nodes.loads(asked));
    check(
        got.longestNanos() < TimeUnit.MILLISECONDS.toNanos(LONG_LEASE_MILLIS),
        "no wait for the lease of a join that timed out");
    waitsAfter[i] = got.longestNanos();
    String ignored = nodes.nodes.get(owner).await("invalidated " + seen);
    for (int other = 1; other < 3; other++) {
      long unused = Nodes.awaitGone(nodes.nodes.get((owner + other) % 3), seen);
    }
    nodes.awaitLedger();
    nodes.read(seen, "2");
    nodes.awaitWaiting(0); // by leaves: grants that ran out are still counted
  }

  private static void sleepUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      pause();
    }
  }
}
