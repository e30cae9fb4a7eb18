package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A key that is cached: the call, and its value read on all sides. */
public class HitBenchmark extends Measured {

  @Benchmark
  public Integer slipstream(Slipstream side, Reader reader) {
    return side.cache.getOrFetch(reader.next(), (key, context) -> notCached(key)).join();
  }

  @Benchmark
  public Integer asyncCache(Async side, Reader reader) {
    return side.cache.get(reader.next(), (key, executor) -> notCached(key)).join();
  }

  @Benchmark
  public Integer caffeine(Caffeine side, Reader reader) {
    return side.cache.get(reader.next(), HitBenchmark::noValue);
  }

  @Benchmark
  public Integer guava(Guava side, Reader reader) throws ExecutionException {
    return side.cache.get(reader.next(), () -> noValue(0));
  }

  @Benchmark
  public Integer cache2k(Cache2k side, Reader reader) {
    return side.cache.computeIfAbsent(reader.next(), HitBenchmark::noValue);
  }

  @Benchmark
  public Integer byHand(ByHand side, Reader reader) {
    return side.cache.get(reader.next(), HitBenchmark::notCached).join();
  }

  private static CompletableFuture<Integer> notCached(Integer key) {
    throw new IllegalStateException("a hit loads nothing, but key " + key + " was not cached");
  }

  private static Integer noValue(Integer key) {
    throw new IllegalStateException("a hit loads nothing, but key " + key + " was not cached");
  }

  /** One hot key, or a few thousand. */
  @State(Scope.Benchmark)
  public static class HitKeys {
    @Param({"1", "4096"})
    int keys;

    /**
     * Caffeine counts the reads of a cache once it is half full: until then a hit is far cheaper.
     */
    @Param({"half", "hardly"})
    String full;

    Integer[] all;
    private int loaded;

    @Setup
    public void makeKeys() {
      all = Keys.range(0, keys);
    }

    long maximumSize() {
      return (full.equals("half") ? 2L : 64L) * keys;
    }

    Integer value(Integer key) {
      loaded++;
      return key;
    }

    CompletableFuture<Integer> load(Integer key) {
      return CompletableFuture.completedFuture(value(key));
    }

    /** Called when the cache is filled: compacts it, so that no side is luckier with its memory. */
    void requireFilled(long size) {
      Checks.requireEqual(keys, size, "cached values");
      System.gc();
    }

    @TearDown
    public void nothingWasLoadedTwice() {
      Checks.requireEqual(keys, loaded, "loads");
    }
  }

  /** A thread's way through the keys. */
  @State(Scope.Thread)
  public static class Reader {
    private Integer[] all;
    private int next;

    @Setup
    public void start(HitKeys keys) {
      all = keys.all;
    }

    Integer next() {
      return all[next++ & (all.length - 1)];
    }
  }

  @State(Scope.Benchmark)
  public static class Slipstream {
    private CoalescingCache<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys) {
      cache = Caches.slipstream(keys.maximumSize());
      for (Integer key : keys.all) {
        cache.getOrFetch(key, (k, context) -> keys.load(k)).join();
      }
      keys.requireFilled(cache.estimatedSize());
    }
  }

  @State(Scope.Benchmark)
  public static class Async {
    private AsyncCache<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys) {
      cache = Caches.asyncCache(keys.maximumSize());
      for (Integer key : keys.all) {
        cache.get(key, (k, executor) -> keys.load(k)).join();
      }
      keys.requireFilled(cache.synchronous().estimatedSize());
    }
  }

  @State(Scope.Benchmark)
  public static class Caffeine {
    private com.github.benmanes.caffeine.cache.Cache<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys) {
      cache = Caches.caffeine(keys.maximumSize());
      for (Integer key : keys.all) {
        cache.get(key, keys::value);
      }
      keys.requireFilled(cache.estimatedSize());
    }
  }

  @State(Scope.Benchmark)
  public static class Guava {
    private com.google.common.cache.Cache<Integer, Integer> cache;

    /** Guava bounds each of its segments: a bound that all keys can meet wherever they fall. */
    @Setup
    public void fill(HitKeys keys) throws ExecutionException {
      cache = Caches.guava(Math.max(64, keys.maximumSize()));
      for (Integer key : keys.all) {
        cache.get(key, () -> keys.value(key));
      }
      keys.requireFilled(cache.size());
    }
  }

  @State(Scope.Benchmark)
  public static class Cache2k {
    private org.cache2k.Cache<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys) {
      cache = Caches.cache2k(keys.maximumSize());
      for (Integer key : keys.all) {
        cache.computeIfAbsent(key, keys::value);
      }
      keys.requireFilled(cache.asMap().size());
    }
  }

  @State(Scope.Benchmark)
  public static class ByHand {
    private HandWritten<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys) {
      cache = new HandWritten<>(keys.maximumSize());
      for (Integer key : keys.all) {
        cache.get(key, keys::load).join();
      }
      keys.requireFilled(cache.size());
    }
  }
}
