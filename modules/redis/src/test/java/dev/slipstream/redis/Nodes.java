package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.processes.RedisServer;
import dev.slipstream.processes.Relay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * JVMs that share a ledger, each over a relay of its own unless it is connected directly, and a
 * database that is never cut off.
 */
final class Nodes implements AutoCloseable {
  static final String TAG = "{slipstream:process:1:0}:";

  final RedisServer ledger;
  final RedisServer database;
  final List<Node> nodes = new ArrayList<>();
  final List<Relay> relays = new ArrayList<>();
  private final Path binary;
  private final List<NodeOptions> options;

  /** Of all nodes that there ever were: a JVM that was another node may still print its lines. */
  private static int keys;

  Nodes(Path binary, int count, long leaseMillis, long loadMillis, String... serverOptions) {
    this(
        binary,
        RedisServer.of(binary, serverOptions),
        NodeOptions.lease(leaseMillis).times(count),
        loadMillis);
  }

  /** A node for each of the options, over a server that is theirs from now on. */
  Nodes(Path binary, RedisServer ledger, List<NodeOptions> options, long loadMillis) {
    this.binary = binary;
    this.options = options;
    this.ledger = ledger;
    database = RedisServer.of(binary);
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).relayed()) {
        relays.add(new Relay(ledger.port()));
      }
      nodes.add(start(i));
    }
    nodes.forEach(Node::awaitReady);
    send("loads-take " + loadMillis);
    awaitLedger();
  }

  private Node start(int i) {
    int port = options.get(i).relayed() ? relays.get(i).port() : ledger.port();
    return new Node("node-" + i, port, database.port(), options.get(i));
  }

  /** Starts another JVM in place of one that was killed. */
  void restart(int i, long loadMillis) {
    nodes.set(i, start(i));
    nodes.get(i).awaitReady();
    nodes.get(i).send("loads-take " + loadMillis);
  }

  /** Starts another server that has what the ledger's has, over a relay. */
  RedisServer replica(Relay link) {
    return RedisServer.of(
        binary,
        "--replicaof",
        "127.0.0.1",
        Integer.toString(link.port()),
        "--repl-diskless-sync-delay",
        "0");
  }

  String newKey() {
    return "key-" + ++keys;
  }

  void send(String command) {
    nodes.forEach(node -> node.send(command));
  }

  void get(String key, int callers) {
    nodes.forEach(node -> node.get(key, callers));
  }

  /** Waits until one of the nodes loads a key, and returns it. */
  int loading(String key) {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < deadline) {
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i).poll("loading " + key) != null) {
          return i;
        }
      }
      ProcessFigures.pause();
    }
    throw new AssertionError("no node loads " + key);
  }

  /** Returns the name of a key's record on the server. */
  static String recordOf(String key) {
    return TAG
        + "r:"
        + new Keyspace("slipstream", "process", "1", 1, null).ref(key.getBytes(UTF_8)).digest();
  }

  long loads(String key) {
    String loads = database.commands().get("loads:" + key);
    return loads == null ? 0 : Long.parseLong(loads);
  }

  void setRow(String key, long version) {
    String ignored = database.commands().set("row:" + key, Long.toString(version));
  }

  /** Has each node read a key, which is to give what is expected. */
  void read(String key, String expected) {
    get(key, 1);
    for (Node node : nodes) {
      String value = node.got(key).value();
      ProcessFigures.check(value.equals(expected), expected + " of " + key + ", not " + value);
    }
  }

  /** Waits until each node reaches the ledger again: its fetch is not loaded by the others. */
  void awaitLedger() {
    ProcessFigures.await("one load by all", this::loadTogether);
  }

  private boolean loadTogether() {
    String key = newKey();
    get(key, 1);
    boolean answered = true;
    for (Node node : nodes) {
      answered &= node.got(key).value().equals("null"); // there is no such row
    }
    return answered && loads(key) == 1;
  }

  /** Waits until no node's cache has a key. */
  void awaitGone(String key) {
    nodes.forEach(node -> awaitGone(node, key));
  }

  /** Waits until a node's cache does not have a key; returns when. */
  static long awaitGone(Node node, String key) {
    node.send("watch " + key);
    return Long.parseLong(node.await("gone " + key));
  }

  /** Waits until the only fetch that has grants has so many, besides its holder's. */
  void awaitWaiting(int count) {
    ProcessFigures.await(count + " grants", () -> waiting() == count);
  }

  private long waiting() {
    return ledger.commands().keys(TAG + "g:*").stream()
        .findFirst()
        .map(grants -> ledger.commands().zcard(grants))
        .orElse(0L);
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    relays.forEach(Relay::close);
    ledger.close();
    database.close();
  }
}
