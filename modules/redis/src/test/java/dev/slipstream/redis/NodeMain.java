package dev.slipstream.redis;

import dev.slipstream.CoalescingCache;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node: a cache with a ledger, which does what it reads and prints what happens. Its database is
 * a second server, never cut off, where each load is counted. It may have several caches, each a
 * node of its own: callers get from each, all else is of the first.
 */
final class NodeMain {
  private final List<RedisFetchLedger<String, String>> ledgers = new ArrayList<>();
  private final List<CoalescingCache<String, String>> caches = new ArrayList<>();
  private final CoalescingCache<String, String> cache;
  private final List<NotedDeliveries.State> feeds = new ArrayList<>();
  private final RedisCommands<String, String> database;

  /** Where callers run: threads that start and end would take the time that is measured. */
  private final ExecutorService pool = Executors.newCachedThreadPool();

  /** The threads of those that wait; under its lock they come, go and are interrupted. */
  private final Set<Thread> callers = new HashSet<>();

  private final Map<String, Long> loadedAt = new ConcurrentHashMap<>();
  private volatile long loadMillis;

  /** What loads wait for, if they are held. */
  private volatile CountDownLatch held = new CountDownLatch(0);

  private volatile @Nullable SteadyReads steadyReads;

  /** The key whose next invalidation by another node is printed. */
  private volatile @Nullable String noted;

  private NodeMain(
      String name,
      int port,
      NodeOptions options,
      RedisCommands<String, String> database,
      ClientResources resources) {
    this.database = database;
    for (int i = 0; i < options.caches(); i++) {
      RedisFetchLedger<String, String> ledger =
          RedisFetchLedger.builder(
                  RedisURI.create("127.0.0.1", port),
                  EntryCodec.of(ValueCodec.string(), ValueCodec.string()))
              .cache("process")
              .timeout(options.longestAnswer())
              .clientResources(resources)
              .build();
      ledgers.add(ledger);
      NotedDeliveries.State feed = new NotedDeliveries.State();
      feeds.add(feed);
      caches.add(
          CoalescingCache.builder()
              .recordStats()
              .expireAfterWrite(Duration.ofMinutes(10))
              .ledger(
                  NotedDeliveries.of(ledger, this::delivered, feed),
                  options.ofCache(i == 0 ? name : name + '.' + i))
              .build());
    }
    cache = caches.get(0);
  }

  /** Is a node from a line "open" on, with its name, ports and options, to a line "close". */
  public static void main(String[] args) throws Exception {
    ClientResources resources = ClientResources.create();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      String line = lines.readLine();
      if (line == null) {
        System.exit(0); // with its threads
      }
      String[] words = line.split(" ");
      RedisClient client = RedisClient.create(resources, "redis://127.0.0.1:" + words[3]);
      NodeMain node =
          new NodeMain(
              words[1],
              Integer.parseInt(words[2]),
              NodeOptions.parse(words[4]),
              client.connect().sync(),
              resources);
      for (NotedDeliveries.State feed : node.feeds) {
        feed.awaitAttached();
      }
      print("ready");
      node.run(lines);
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  private void run(BufferedReader lines) throws Exception {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "close" -> {
          caches.forEach(CoalescingCache::close);
          ledgers.forEach(RedisFetchLedger::close);
          pool.shutdownNow();
          return;
        }
        case "loads-take" -> loadMillis = Long.parseLong(words[1]);
        case "hold-loads" -> held = new CountDownLatch(1);
        case "release-loads" -> held.countDown();
        case "get" -> get(words[1], Integer.parseInt(words[2]));
        case "leave" -> leave();
        case "peek" -> print("peeked " + words[1] + ' ' + cache.getIfPresent(words[1]));
        case "note-delivery" -> {
          noted = words[1];
          print("noting " + words[1]);
        }
        case "watch" -> new Thread(() -> watch(words[1])).start();
        case "invalidate" -> invalidate(words[1]);
        case "feed" -> print("feed " + feeds.get(0));
        case "clock" -> print("clock " + System.currentTimeMillis());
        case "fenced" -> print("fenced " + cache.stats().ledgerFencedCount());
        case "read-all-the-time" -> readAllTheTime(words[1]);
        case "update" -> reads().update();
        case "end-reads" -> reads().end();
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  /** Has callers get a key from each cache, and prints what they got when all have it. */
  private void get(String key, int count) {
    AtomicInteger left = new AtomicInteger(count * caches.size());
    AtomicLong first = new AtomicLong(Long.MAX_VALUE);
    AtomicLong longest = new AtomicLong();
    for (CoalescingCache<String, String> from : caches) {
      for (int i = 0; i < count; i++) {
        pool.execute(
            () -> {
              begin();
              long start = System.nanoTime();
              String answer;
              try {
                answer = from.get(key, this::load);
              } catch (RuntimeException e) {
                answer = e.getClass().getSimpleName();
              }
              long end = System.nanoTime();
              end();
              long firstEnd = first.accumulateAndGet(end, Math::min);
              long longestWait = longest.accumulateAndGet(end - start, Math::max);
              if (left.decrementAndGet() == 0) {
                Long loaded = loadedAt.remove(key);
                if (loaded != null) {
                  print("loaded " + key + ' ' + loaded);
                }
                print("got " + key + ' ' + answer + ' ' + firstEnd + ' ' + longestWait);
              }
            });
      }
    }
  }

  private void begin() {
    synchronized (callers) {
      boolean unused = callers.add(Thread.currentThread());
    }
  }

  private void end() {
    synchronized (callers) {
      boolean unused = callers.remove(Thread.currentThread());
      unused = Thread.interrupted(); // not for the thread's next caller
    }
  }

  private void leave() {
    long start = System.nanoTime();
    synchronized (callers) {
      callers.forEach(Thread::interrupt);
    }
    print("left " + start);
  }

  /** Reads the row when it starts, which is the worst time, and takes its time then. */
  private String load(String key) throws InterruptedException {
    long ignored = database.incr("loads:" + key);
    String row = database.get("row:" + key);
    print("loading " + key);
    try {
      held.await();
      TimeUnit.MILLISECONDS.sleep(loadMillis);
    } catch (InterruptedException e) {
      print("stopped " + key + ' ' + System.nanoTime());
      throw e;
    }
    loadedAt.put(
        key, System.nanoTime()); // printed later: that would wake the program that reads it
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

  private void invalidate(String key) {
    long start = System.nanoTime();
    cache.invalidate(key);
    cache
        .ledgerSettled()
        .whenComplete((done, failure) -> print("invalidated " + key + ' ' + start));
  }

  private void readAllTheTime(String key) {
    SteadyReads reads = new SteadyReads(cache, database, key);
    steadyReads = reads;
    reads.start();
    print("reading " + key);
  }

  private SteadyReads reads() {
    SteadyReads reads = steadyReads;
    if (reads == null) {
      throw new IllegalStateException("nothing is read all the time");
    }
    return reads;
  }

  /** The cache is done with an invalidation by another node. */
  private void delivered(String key) {
    if (key.equals(noted) && cache.getIfPresent(key) == null) {
      noted = null;
      print("gone " + key + ' ' + System.nanoTime());
    }
    SteadyReads reads = steadyReads;
    if (reads != null) {
      reads.delivered(key);
    }
  }

  static synchronized void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
