package dev.slipstream.examples.cluster;

import dev.slipstream.CoalescingCache;
import dev.slipstream.examples.shared.Workers;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.redis.RedisFetchLedger;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * One node: a cache with a ledger. It does what the lines that it reads ask for, and prints what
 * happens; it ends with its input. The rows that it loads are in a second server, which stands for
 * a database and counts the loads.
 */
final class ClusterNode {
  /** Longer than a busy machine keeps an answer waiting: a node that gave up would load as well. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

  private final CoalescingCache<String, String> cache;
  private final RedisCommands<String, String> database;
  private volatile long loadMillis;

  private ClusterNode(
      CoalescingCache<String, String> cache, RedisCommands<String, String> database) {
    this.cache = cache;
    this.database = database;
  }

  /**
   * Runs a node until its input ends.
   *
   * @param args the node's name, the ports of the ledger's server and of the database, and the
   *     lease in milliseconds
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    // A cut is no surprise here; the program says when it makes one.
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    RedisURI uri = RedisURI.create("127.0.0.1", Integer.parseInt(args[1]));
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + args[2]);
    ExecutorService workers = Workers.start();
    try (RedisFetchLedger<String, String> ledger =
            RedisFetchLedger.builder(uri, EntryCodec.of(ValueCodec.string(), ValueCodec.string()))
                .cache("rows")
                .timeout(LONGEST_ANSWER)
                .build();
        CoalescingCache<String, String> cache =
            CoalescingCache.builder()
                .expireAfterWrite(Duration.ofMinutes(10))
                .ledger(
                    ledger,
                    LedgerOptions.builder()
                        .node(args[0])
                        .leaseTime(Duration.ofMillis(Long.parseLong(args[3])))
                        .patience(LONGEST_ANSWER)
                        .build())
                .build()) {
      new ClusterNode(cache, client.connect().sync()).run(workers);
    }
    System.exit(0); // the client's threads
  }

  private void run(ExecutorService workers) throws IOException, InterruptedException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    print("ready");
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "load-takes" -> loadMillis = Long.parseLong(words[1]);
        case "get" -> get(words[1], Integer.parseInt(words[2]), workers);
        case "invalidate" -> invalidate(words[1]);
        case "await-gone" -> workers.execute(() -> awaitGone(words[1]));
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  /** Gets a key for so many callers at once; prints each value and how many of them got it. */
  private void get(String key, int callers, ExecutorService workers) {
    Map<String, Integer> values = new TreeMap<>();
    AtomicInteger left = new AtomicInteger(callers);
    for (int i = 0; i < callers; i++) {
      workers.execute(
          () -> {
            String value = valueOf(key);
            synchronized (values) {
              values.merge(value, 1, Integer::sum);
            }
            if (left.decrementAndGet() == 0) {
              printValues(key, values);
            }
          });
    }
  }

  private String valueOf(String key) {
    try {
      return cache.get(key, this::load);
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName();
    }
  }

  /** Reads the row when it starts, and then takes its time: the row may change meanwhile. */
  private String load(String key) throws InterruptedException {
    String row = database.get("row:" + key);
    database.incr("loads:" + key + ':' + row);
    print("loading " + key + ' ' + row);
    TimeUnit.MILLISECONDS.sleep(loadMillis);
    return row;
  }

  private void invalidate(String key) {
    cache.invalidate(key);
    cache.ledgerSettled().thenRun(() -> print("invalidated " + key));
  }

  private void awaitGone(String key) {
    try {
      while (cache.getIfPresent(key) != null) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      print("gone " + key);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void printValues(String key, Map<String, Integer> values) {
    synchronized (values) {
      print(
          values.entrySet().stream()
              .map(each -> each.getKey() + '=' + each.getValue())
              .collect(Collectors.joining(" ", "got " + key + ' ', "")));
    }
  }

  private static synchronized void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
