package dev.slipstream.jmh;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a cache that keeps its events pays for it: a hit, which is no event, and a put. */
public class EventJournalBenchmark extends Measured {

  @Benchmark
  public FetchHandle<Integer> hit(Cached side) {
    return side.cache.getOrFetch(side.next(), (key, context) -> neverCalled(key));
  }

  @Benchmark
  public void put(Cached side) {
    Integer key = side.next();
    side.cache.put(key, key);
  }

  private static CompletableFuture<Integer> neverCalled(Integer key) {
    throw new IllegalStateException("not a hit: " + key);
  }

  /** A few thousand keys in turn, all cached. */
  @State(Scope.Thread)
  public static class Cached {
    private static final int KEYS = 4096;

    @Param({"off", "on"})
    String journal;

    private final Integer[] all = Keys.range(0, KEYS);
    private CoalescingCache<Integer, Integer> cache;
    private int next;

    @Setup
    public void fill() {
      cache =
          journal.equals("on")
              ? CoalescingCache.builder().maximumSize(2 * KEYS).eventJournal(1 << 16).build()
              : Caches.slipstream(2 * KEYS);
      for (Integer key : all) {
        cache.put(key, key);
      }
      Checks.requireEqual(KEYS, cache.estimatedSize(), "cached values");
      System.gc();
    }

    Integer next() {
      return all[next++ & (KEYS - 1)];
    }
  }
}
