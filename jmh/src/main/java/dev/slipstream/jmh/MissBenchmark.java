package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A key that is not cached, whose loader completes after the call has returned: ask, complete,
 * read.
 *
 * <p>The cache keeps its size, in one of two ways. By eviction, as a full cache in production does:
 * each new value pushes an old one out. By invalidation: the value is removed again at once, which
 * adds the cost of an invalidation to both sides.
 */
public class MissBenchmark extends Measured {
  private static final int MAXIMUM_SIZE = 1 << 10;

  @Benchmark
  public Integer slipstream(Slipstream side) {
    Integer key = side.next();
    CompletableFuture<Integer> handle = side.cache.getOrFetch(key, side.loader);
    side.pending.complete(key);
    Integer value = handle.join();
    if (side.invalidating) {
      side.cache.invalidate(key);
    } else if (side.wrapped()) {
      side.cache.invalidateAll();
    }
    return value;
  }

  /** The peer as it is built by default: its maintenance runs on the common pool. */
  @Benchmark
  public Integer asyncCache(Async side) {
    return miss(side);
  }

  /** The peer at its best: its maintenance runs inline, as it does in Slipstream's L1. */
  @Benchmark
  public Integer asyncCacheInline(AsyncInline side) {
    return miss(side);
  }

  private static Integer miss(Async side) {
    Integer key = side.next();
    CompletableFuture<Integer> future = side.cache.get(key, side.loader);
    side.pending.complete(key);
    Integer value = future.join();
    if (side.invalidating) {
      side.cache.synchronous().invalidate(key);
    } else if (side.wrapped()) {
      side.cache.synchronous().invalidateAll();
    }
    return value;
  }

  /** The keys in turn, far more than the cache holds, and the loader that both sides share. */
  @State(Scope.Thread)
  public static class Misses {
    @Param({"eviction", "invalidation"})
    String steadyBy;

    boolean invalidating;
    private Integer[] keys;
    private int next;
    CompletableFuture<Integer> pending;
    private long asked;
    private long loaded;

    @Setup
    public void fill() {
      invalidating = steadyBy.equals("invalidation");
      keys = Keys.range(0, 1 << 20);
    }

    Integer next() {
      asked++;
      return keys[next++ & (keys.length - 1)];
    }

    /** True once a round: what is cached then is dropped, lest the next round find it. */
    boolean wrapped() {
      return (next & (keys.length - 1)) == 0;
    }

    CompletableFuture<Integer> load() {
      loaded++;
      pending = new CompletableFuture<>();
      return pending;
    }

    @TearDown
    public void everyCallMissed() {
      Checks.requireEqual(asked, loaded, "loads");
    }

    void requireSteady(long size) {
      boolean steady = invalidating ? size == 0 : 0 < size && size <= MAXIMUM_SIZE;
      Checks.require(steady, "the cache's size was " + size);
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends Misses {
    private CoalescingCache<Integer, Integer> cache;
    private AsyncLoader<Integer, Integer> loader;

    @Setup
    public void create() {
      cache = Caches.slipstream(MAXIMUM_SIZE);
      loader = (key, context) -> load();
    }

    @TearDown
    public void check() {
      cache.cleanUp();
      requireSteady(cache.estimatedSize());
      Checks.require(cache.inFlight().isEmpty(), "flights were left over");
    }
  }

  @State(Scope.Thread)
  public static class Async extends Misses {
    private AsyncCache<Integer, Integer> cache;
    private BiFunction<Integer, Executor, CompletableFuture<Integer>> loader;

    @Setup
    public void create() {
      cache = build();
      loader = (key, executor) -> load();
    }

    AsyncCache<Integer, Integer> build() {
      return Caffeine.newBuilder().maximumSize(MAXIMUM_SIZE).buildAsync();
    }

    @TearDown
    public void check() {
      cache.synchronous().cleanUp();
      requireSteady(cache.synchronous().estimatedSize());
    }
  }

  @State(Scope.Thread)
  public static class AsyncInline extends Async {
    @Override
    AsyncCache<Integer, Integer> build() {
      return Caches.asyncCache(MAXIMUM_SIZE);
    }
  }
}
