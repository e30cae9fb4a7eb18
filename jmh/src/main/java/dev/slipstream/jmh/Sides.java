package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The caches of the benchmarks that miss. Each stands in a state of its own: a fork loads the
 * classes of one side only.
 */
public final class Sides {
  static final int MAXIMUM_SIZE = 1 << 10;

  private Sides() {}

  private static void requireBounded(long size) {
    Checks.require(size <= MAXIMUM_SIZE, "the cache's size was " + size);
  }

  @State(Scope.Benchmark)
  public static class Slipstream {
    final CoalescingCache<Integer, Integer> cache = Caches.slipstream(MAXIMUM_SIZE);

    @TearDown
    public void check() {
      cache.cleanUp();
      requireBounded(cache.estimatedSize());
      Checks.require(cache.inFlight().isEmpty(), "flights were left over");
    }
  }

  /** Runs blocking loaders on the caller's thread. */
  @State(Scope.Benchmark)
  public static class SameThreadSlipstream {
    final CoalescingCache<Integer, Integer> cache = Caches.sameThreadSlipstream(MAXIMUM_SIZE);

    @TearDown
    public void check() {
      cache.cleanUp();
      requireBounded(cache.estimatedSize());
      Checks.require(cache.inFlight().isEmpty(), "flights were left over");
    }
  }

  @State(Scope.Benchmark)
  public static class Async {
    final AsyncCache<Integer, Integer> cache = Caches.asyncCache(MAXIMUM_SIZE);

    @TearDown
    public void check() {
      cache.synchronous().cleanUp();
      requireBounded(cache.synchronous().estimatedSize());
    }
  }

  @State(Scope.Benchmark)
  public static class Caffeine {
    final com.github.benmanes.caffeine.cache.Cache<Integer, Integer> cache =
        Caches.caffeine(MAXIMUM_SIZE);

    @TearDown
    public void check() {
      cache.cleanUp();
      requireBounded(cache.estimatedSize());
    }
  }

  @State(Scope.Benchmark)
  public static class Guava {
    final com.google.common.cache.Cache<Integer, Integer> cache = Caches.guava(MAXIMUM_SIZE);

    @TearDown
    public void check() {
      cache.cleanUp();
      requireBounded(cache.size());
    }
  }

  @State(Scope.Benchmark)
  public static class Cache2k {
    final org.cache2k.Cache<Integer, Integer> cache = Caches.cache2k(MAXIMUM_SIZE);
  }

  @State(Scope.Benchmark)
  public static class ByHand {
    final HandWritten<Integer, Integer> cache = new HandWritten<>(MAXIMUM_SIZE);

    @TearDown
    public void check() {
      requireBounded(cache.size());
      Checks.requireEqual(0, cache.inFlight(), "flights");
    }
  }
}
