package dev.slipstream.redis;

import dev.slipstream.processes.RedisServer;
import dev.slipstream.processes.Relay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs that share a ledger, each over a relay of its own, and a database that is never cut off. */
final class Nodes implements AutoCloseable {
  static final String TAG = "{slipstream:process:1:0}:";

  final RedisServer ledger;
  final RedisServer database;
  final List<Node> nodes = new ArrayList<>();
  final List<Relay> relays = new ArrayList<>();
  private final Path binary;
  private final long leaseMillis;
  private int keys;

  Nodes(Path binary, int count, long leaseMillis, long loadMillis, String... options) {
    this.binary = binary;
    this.leaseMillis = leaseMillis;
    ledger = RedisServer.of(binary, options);
    database = RedisServer.of(binary);
    for (int i = 0; i < count; i++) {
      relays.add(new Relay(ledger.port()));
      nodes.add(start(i));
    }
    nodes.forEach(Node::awaitReady);
    send("loads-take " + loadMillis);
    for (Node node : nodes) { // until its connections and its feed are there
      node.get("warm-up", 1);
      Node.Got ignored = node.got("warm-up");
    }
  }

  private Node start(int i) {
    return new Node("node-" + i, relays.get(i).port(), database.port(), leaseMillis);
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

  long loads(String key) {
    String loads = database.commands().get("loads:" + key);
    return loads == null ? 0 : Long.parseLong(loads);
  }

  void setRow(String key, long version) {
    String ignored = database.commands().set("row:" + key, Long.toString(version));
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    relays.forEach(Relay::close);
    ledger.close();
    database.close();
  }
}
