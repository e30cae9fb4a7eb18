package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.processes.RedisServer;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;

/** The server forgets what it has, or a part of the feed: a part of {@link ProcessFigures}. */
final class EvictionFigures {
  private static final String META = Nodes.TAG + "m";
  private static final String FEED = Nodes.TAG + "f";

  private final Path binary;
  private final IntUnaryOperator rounds;

  EvictionFigures(Path binary, IntUnaryOperator rounds) {
    this.binary = binary;
    this.rounds = rounds;
  }

  void run() {
    int count = rounds.applyAsInt(20);
    try (Nodes nodes = new Nodes(binary, 3, 500, 20, "--maxmemory-policy", "allkeys-lru")) {
      for (int i = 0; i < count; i++) {
        everything(nodes, i % 3);
        trimmed(nodes, i % 3, i % 2);
      }
    }
    System.out.printf(
        "all keys evicted (allkeys-lru), and the feed trimmed past a node's position: %d rounds"
            + " each, the feed read anew, 0 stale%n",
        count);
  }

  /** Everything is evicted, the feed and its meta too; a row changes before a node has noticed. */
  private static void everything(Nodes nodes, int by) {
    String key = stored(nodes);
    String before = nodes.ledger.commands().hget(META, "inc");
    evictEverything(nodes.ledger);
    nodes.setRow(key, 2);
    nodes.nodes.get(by).send("invalidate " + key);
    String ignored = nodes.nodes.get(by).await("invalidated " + key);
    nodes.awaitGone(key);
    nodes.read(key, "2");
    nodes.awaitLedger();
    String after = nodes.ledger.commands().hget(META, "inc");
    check(after != null && !after.equals(before), "another feed");
  }

  /** A limit that is below what the bare server takes: all keys go, and nothing can be written. */
  private static void evictEverything(RedisServer server) {
    String ignored = server.commands().configSet("maxmemory", "1");
    ProcessFigures.await(
        "an eviction of everything",
        () -> {
          try {
            String unused = server.commands().set("any", "thing"); // has it evict
          } catch (RedisCommandExecutionException e) {
            // out of memory, as it is to be
          }
          return server.commands().exists(META, FEED) == 0;
        });
    ignored = server.commands().configSet("maxmemory", "0");
  }

  /** A node is cut off; what it misses is trimmed, and a part of it or nothing is left. */
  private static void trimmed(Nodes nodes, int cut, int left) {
    String kept = stored(nodes);
    String missed = stored(nodes);
    String last = stored(nodes);
    String marker = stored(nodes);
    Node node = nodes.nodes.get(cut);
    Node other = nodes.nodes.get((cut + 1) % 3);
    nodes.relays.get(cut).cut();
    for (String key : new String[] {missed, last}) {
      nodes.setRow(key, 2);
      other.send("invalidate " + key);
      String ignored = other.await("invalidated " + key);
    }
    invalidateFromOutside(nodes.ledger, marker);
    for (int there = 1; there < 3; there++) { // they have read what is trimmed
      long unused = Nodes.awaitGone(nodes.nodes.get((cut + there) % 3), marker);
    }
    long ignored = nodes.ledger.commands().xtrim(FEED, left);
    check(nodes.ledger.commands().xlen(FEED) == left, "a trimmed feed");
    nodes.relays.get(cut).heal();
    nodes.awaitGone(missed);
    nodes.awaitGone(last);
    long unused = Nodes.awaitGone(node, kept); // it cannot know that this was not among them
    other.send("peek " + kept);
    check(other.await("peeked " + kept).equals("1"), "no other node drops anything");
    nodes.read(missed, "2");
    nodes.read(last, "2");
    nodes.read(kept, "1");
    nodes.awaitLedger();
  }

  /** All nodes are notified of it; each is left out of what it invalidates itself. */
  private static void invalidateFromOutside(RedisServer server, String key) {
    try (InputStream in = RedisFetchLedger.class.getResourceAsStream("slipstream-invalidate.lua")) {
      String record = Nodes.recordOf(key);
      Object ignored =
          server
              .commands()
              .eval(
                  new String(in.readAllBytes(), UTF_8),
                  ScriptOutputType.VALUE,
                  new String[] {Nodes.TAG.substring(0, Nodes.TAG.length() - 1)},
                  record.substring(record.lastIndexOf(':') + 1),
                  key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String stored(Nodes nodes) {
    String key = nodes.newKey();
    nodes.setRow(key, 1);
    nodes.read(key, "1");
    return key;
  }
}
