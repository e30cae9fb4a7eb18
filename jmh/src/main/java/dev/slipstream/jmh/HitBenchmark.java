package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A key that is cached: what the caller pays for a handle that is complete already. */
public class HitBenchmark extends Measured {

  @Benchmark
  public FetchHandle<Integer> slipstream(Slipstream side) {
    return side.cache.getOrFetch(side.next(), (key, context) -> neverCalled(key));
  }

  @Benchmark
  public CompletableFuture<Integer> asyncCache(Async side) {
    return side.cache.get(side.next(), (key, executor) -> neverCalled(key));
  }

  /** The aim: a plain cache's probe, which knows nothing of futures. */
  @Benchmark
  public Integer getIfPresent(Plain side) {
    return side.cache.getIfPresent(side.next());
  }

  private static CompletableFuture<Integer> neverCalled(Integer key) {
    throw new IllegalStateException("not a hit: " + key);
  }

  /** One hot key, or a few thousand in turn. */
  @State(Scope.Thread)
  public static class HitKeys {
    @Param({"1", "4096"})
    int keys;

    /**
     * Caffeine counts the reads of a cache once it is half full: until then a hit is far cheaper.
     */
    @Param({"half", "hardly"})
    String full;

    Integer[] all;
    private int next;

    final void makeKeys() {
      all = Keys.range(0, keys);
    }

    final long maximumSize() {
      return (full.equals("half") ? 2L : 64L) * keys;
    }

    /** Called when the cache is filled: compacts it, so that no side is luckier with its memory. */
    final void requireFilled(long size) {
      Checks.requireEqual(keys, size, "cached values");
      System.gc();
    }

    Integer next() {
      return all[next++ & (all.length - 1)];
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends HitKeys {
    private CoalescingCache<Integer, Integer> cache;

    @Setup
    public void fill() {
      makeKeys();
      cache = Caches.slipstream(maximumSize());
      for (Integer key : all) {
        cache.getOrFetch(key, (k, context) -> CompletableFuture.completedFuture(k)).join();
      }
      requireFilled(cache.estimatedSize());
    }
  }

  @State(Scope.Thread)
  public static class Async extends HitKeys {
    private AsyncCache<Integer, Integer> cache;

    @Setup
    public void fill() {
      makeKeys();
      cache = Caches.asyncCache(maximumSize());
      for (Integer key : all) {
        cache.get(key, (k, executor) -> CompletableFuture.completedFuture(k)).join();
      }
      requireFilled(cache.synchronous().estimatedSize());
    }
  }

  @State(Scope.Thread)
  public static class Plain extends HitKeys {
    private Cache<Integer, Integer> cache;

    @Setup
    public void fill() {
      makeKeys();
      cache = Caffeine.newBuilder().maximumSize(maximumSize()).executor(Runnable::run).build();
      for (Integer key : all) {
        cache.put(key, key);
      }
      requireFilled(cache.estimatedSize());
    }
  }
}
