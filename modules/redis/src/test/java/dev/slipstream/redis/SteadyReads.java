package dev.slipstream.redis;

import dev.slipstream.CoalescingCache;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads a key of a node's cache all the time, and counts reads that are older than they may be: a
 * read that begins after this node has invalidated a version, or after the invalidation of a
 * version was delivered to it, must be of that version or a later one.
 *
 * <p>A listener gets no more than the key. So that it knows the version too, the node that
 * invalidates the row invalidates a key of that version's own right behind it: the feed keeps the
 * order.
 */
final class SteadyReads {
  private static final String VERSION = "version-";
  private static final int READERS = 2;
  private static final int LONGEST_LOAD_MICROS = 3_000;

  private final CoalescingCache<String, String> cache;
  private final RedisCommands<String, String> database;
  private final String key;
  private final List<Thread> readers = new ArrayList<>();
  private final AtomicLong invalidatedHere = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private final LongAdder reads = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder staleWhereItWasMade = new LongAdder();
  private final LongAdder staleAfterDelivery = new LongAdder();
  private volatile boolean ended;

  SteadyReads(
      CoalescingCache<String, String> cache, RedisCommands<String, String> database, String key) {
    this.cache = cache;
    this.database = database;
    this.key = key;
  }

  void start() {
    for (int i = 0; i < READERS; i++) {
      Thread reader = new Thread(this::read, "reader");
      reader.setDaemon(true);
      readers.add(reader);
      reader.start();
    }
  }

  private void read() {
    while (!ended) {
      long ownFloor = invalidatedHere.get();
      long deliveredFloor = delivered.get();
      long version = Long.parseLong(cache.get(key, this::load));
      reads.increment();
      if (version < ownFloor) {
        staleWhereItWasMade.increment();
      }
      if (version < deliveredFloor) {
        staleAfterDelivery.increment();
      }
      ProcessFigures.pause();
    }
  }

  /** Reads the row when it starts, which is the worst time. */
  private String load(String row) throws InterruptedException {
    String version = database.get("row:" + row);
    loads.increment();
    TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(LONGEST_LOAD_MICROS));
    return version;
  }

  /** Updates the row, invalidates it, and prints both the version and when. */
  void update() {
    long version = database.incr("row:" + key);
    long start = System.nanoTime();
    cache.invalidate(key);
    invalidatedHere.set(version);
    cache.invalidate(VERSION + version);
    NodeMain.print("updated " + version + ' ' + start);
  }

  /** An invalidation by another node was delivered: of the row, or of a version's key. */
  void delivered(String of) {
    if (of.startsWith(VERSION)) {
      long version = Long.parseLong(of.substring(VERSION.length()));
      long unused = delivered.accumulateAndGet(version, Math::max);
      NodeMain.print("delivered " + version + ' ' + System.nanoTime());
    }
  }

  /** Ends, and prints what was counted. */
  void end() throws InterruptedException {
    ended = true;
    for (Thread reader : readers) {
      reader.join();
    }
    NodeMain.print(
        "counted %d %d %d %d"
            .formatted(
                reads.sum(), loads.sum(), staleWhereItWasMade.sum(), staleAfterDelivery.sum()));
  }
}
