package dev.slipstream.examples.cluster;

import dev.slipstream.processes.JavaProgram;
import dev.slipstream.processes.RedisServer;
import dev.slipstream.processes.Relay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes: the ledger's server, the database, and the nodes, each of which reaches the
 * ledger's server through a relay of its own. Node 0 is called node-1.
 */
final class Fleet implements AutoCloseable {
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = 200_000;

  private final long leaseMillis;
  private final List<Relay> relays = new ArrayList<>();
  private final List<JavaProgram> nodes = new ArrayList<>();
  private RedisServer server;
  private RedisServer database;
  private int probes;

  private Fleet(long leaseMillis) {
    this.leaseMillis = leaseMillis;
  }

  /** Starts the servers, the ledger's on a free port if it is 0, and the nodes. */
  static Fleet start(Path binary, int port, int count, long leaseMillis) {
    Fleet fleet = new Fleet(leaseMillis);
    try {
      fleet.server = port == 0 ? RedisServer.of(binary) : RedisServer.on(port, binary);
      fleet.database = RedisServer.of(binary);
      for (int i = 0; i < count; i++) {
        fleet.relays.add(new Relay(fleet.server.port()));
        fleet.nodes.add(fleet.startNode(i));
      }
      fleet.nodes.forEach(node -> node.await("ready"));
      fleet.awaitShared();
      return fleet;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  private JavaProgram startNode(int i) {
    String name = "node-" + (i + 1);
    int relay = relays.get(i).port();
    return JavaProgram.start(name, ClusterNode.class, name, relay, database.port(), leaseMillis);
  }

  /** Starts another JVM in place of one that was killed. */
  void restart(int i) {
    nodes.set(i, startNode(i));
    nodes.get(i).await("ready");
    awaitShared();
  }

  /** Has all nodes get new keys until one load serves all: then each has its connections. */
  void awaitShared() {
    setLoadTime(20);
    String key;
    do {
      key = "probe-" + ++probes;
      setRow(key, 1);
      get(key, 1);
    } while (loads(key, 1) > 1);
  }

  int size() {
    return nodes.size();
  }

  String name(int i) {
    return nodes.get(i).name();
  }

  long pid(int i) {
    return nodes.get(i).pid();
  }

  RedisServer server() {
    return server;
  }

  RedisServer database() {
    return database;
  }

  void setLoadTime(long millis) {
    nodes.forEach(node -> node.send("load-takes " + millis));
  }

  void setRow(String key, long version) {
    database.commands().set("row:" + key, Long.toString(version));
  }

  /** Returns how often a version of a row was loaded, in all nodes. */
  long loads(String key, long version) {
    String loads = database.commands().get("loads:" + key + ':' + version);
    return loads == null ? 0 : Long.parseLong(loads);
  }

  /** Has all nodes get a key, for so many callers each; returns how many got which value. */
  Map<String, Integer> get(String key, int callers) {
    sendGet(key, callers);
    Map<String, Integer> values = new LinkedHashMap<>();
    for (int i = 0; i < size(); i++) {
      got(i, key).forEach((value, count) -> values.merge(value, count, Integer::sum));
    }
    return values;
  }

  void sendGet(String key, int callers) {
    for (int i = 0; i < size(); i++) {
      sendGet(i, key, callers);
    }
  }

  void sendGet(int i, String key, int callers) {
    nodes.get(i).send("get " + key + ' ' + callers);
  }

  /** Waits until all callers of a node have an answer; returns how many got which value. */
  Map<String, Integer> got(int i, String key) {
    Map<String, Integer> values = new LinkedHashMap<>();
    for (String each : nodes.get(i).await("got " + key).split(" ")) {
      int equals = each.lastIndexOf('=');
      values.put(each.substring(0, equals), Integer.valueOf(each.substring(equals + 1)));
    }
    return values;
  }

  /** Waits until a node loads a version of a row, and returns the node. */
  int awaitLoad(String key, long version) {
    long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
    while (System.nanoTime() < deadline && nodes.stream().anyMatch(JavaProgram::isAlive)) {
      for (int i = 0; i < size(); i++) {
        if (nodes.get(i).poll("loading " + key + ' ' + version) != null) {
          return i;
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IllegalStateException("no node loads version " + version + " of " + key);
  }

  /** Has a node invalidate a key; does not wait. */
  void sendInvalidate(int i, String key) {
    nodes.get(i).send("invalidate " + key);
  }

  /** Waits until the ledger has the invalidation that a node has made. */
  void awaitInvalidated(int i, String key) {
    nodes.get(i).await("invalidated " + key);
  }

  /** Waits until a node's cache has dropped a key. */
  void awaitGone(int i, String key) {
    nodes.get(i).send("await-gone " + key);
    nodes.get(i).await("gone " + key);
  }

  /** Kills a node (SIGKILL). */
  void kill(int i) {
    nodes.get(i).kill();
  }

  /** Cuts a node off from the ledger's server; it still reaches the database. */
  void cut(int i) {
    relays.get(i).cut();
  }

  void heal(int i) {
    relays.get(i).heal();
  }

  @Override
  public void close() {
    nodes.forEach(JavaProgram::close);
    relays.forEach(Relay::close);
    if (database != null) {
      database.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
