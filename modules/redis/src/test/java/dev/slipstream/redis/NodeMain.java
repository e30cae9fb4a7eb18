package dev.slipstream.redis;

import dev.slipstream.CoalescingCache;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node: a cache with a ledger, which does what it reads and prints what happens. Its database is
 * a second server, never cut off, where each load is counted.
 */
final class NodeMain {
  /** Longer than a busy machine keeps an answer waiting: a node that gave up would load as well. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

  private final CoalescingCache<String, String> cache;
  private final RedisCommands<String, String> database;
  private final Queue<Thread> callers = new ConcurrentLinkedQueue<>();
  private volatile long loadMillis;

  private NodeMain(CoalescingCache<String, String> cache, RedisCommands<String, String> database) {
    this.cache = cache;
    this.database = database;
  }

  /** Takes the node's name, the ports of the ledger and of the database, and the lease in ms. */
  public static void main(String[] args) throws Exception {
    RedisFetchLedger<String, String> ledger =
        RedisFetchLedger.builder(
                RedisURI.create("127.0.0.1", Integer.parseInt(args[1])),
                EntryCodec.of(ValueCodec.string(), ValueCodec.string()))
            .cache("process")
            .timeout(LONGEST_ANSWER)
            .build();
    Duration lease = Duration.ofMillis(Long.parseLong(args[3]));
    CoalescingCache<String, String> cache =
        CoalescingCache.builder()
            .recordStats()
            .expireAfterWrite(Duration.ofMinutes(10))
            .ledger(
                ledger,
                LedgerOptions.builder()
                    .node(args[0])
                    .leaseTime(lease)
                    .patience(LONGEST_ANSWER)
                    .build())
            .build();
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + args[2]);
    new NodeMain(cache, client.connect().sync()).run();
    cache.close();
    ledger.close();
    client.shutdown();
  }

  private void run() throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    print("ready");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "loads-take" -> loadMillis = Long.parseLong(words[1]);
        case "get" -> get(words[1], Integer.parseInt(words[2]));
        case "leave" -> callers.forEach(Thread::interrupt);
        case "peek" -> print("peeked " + words[1] + ' ' + cache.getIfPresent(words[1]));
        case "watch" -> new Thread(() -> watch(words[1])).start();
        case "invalidate" -> invalidate(words[1]);
        case "fenced" -> print("fenced " + cache.stats().ledgerFencedCount());
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  private void get(String key, int count) {
    AtomicInteger left = new AtomicInteger(count);
    AtomicLong first = new AtomicLong(Long.MAX_VALUE);
    for (int i = 0; i < count; i++) {
      Thread caller =
          new Thread(
              () -> {
                String answer;
                try {
                  answer = cache.get(key, this::load);
                } catch (RuntimeException e) {
                  answer = e.getClass().getSimpleName();
                }
                long end = first.accumulateAndGet(System.nanoTime(), Math::min);
                boolean unused = callers.remove(Thread.currentThread());
                if (left.decrementAndGet() == 0) {
                  print("got " + key + ' ' + answer + ' ' + end);
                }
              });
      callers.add(caller);
      caller.start();
    }
  }

  /** Reads the row when it starts, which is the worst time, and takes its time then. */
  private String load(String key) throws InterruptedException {
    long ignored = database.incr("loads:" + key);
    String row = database.get("row:" + key);
    print("loading " + key);
    try {
      TimeUnit.MILLISECONDS.sleep(loadMillis);
    } catch (InterruptedException e) {
      print("stopped " + key);
      throw e;
    }
    print("loaded " + key + ' ' + System.nanoTime());
    return String.valueOf(row);
  }

  /** Prints when an entry is gone. */
  private void watch(String key) {
    print("watching " + key);
    while (cache.getIfPresent(key) != null) {
      ProcessFigures.pause();
    }
    print("gone " + key + ' ' + System.nanoTime());
  }

  private void invalidate(String key) throws Exception {
    long start = System.nanoTime();
    cache.invalidate(key);
    cache
        .ledgerSettled()
        .whenComplete((done, failure) -> print("invalidated " + key + ' ' + start));
  }

  private static synchronized void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
