package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Ten thousand private awaiters without dependents join one pending fetch, which then completes.
 * The score is per awaiter and holds both the join and the delivery.
 */
public class FanOutBenchmark extends Measured {
  private static final int AWAITERS = 10_000;
  private static final Integer KEY = 1;

  @Benchmark
  @OperationsPerInvocation(AWAITERS)
  public Object slipstream(Slipstream side) {
    for (int i = 0; i < AWAITERS; i++) {
      side.awaiters[i] = side.cache.getOrFetch(KEY, side.loader);
    }
    side.complete();
    side.cache.invalidate(KEY);
    return side.awaiters;
  }

  @Benchmark
  @OperationsPerInvocation(AWAITERS)
  public Object asyncCache(Async side) {
    for (int i = 0; i < AWAITERS; i++) {
      side.awaiters[i] = side.cache.get(KEY, side.loader).copy();
    }
    side.complete();
    side.cache.synchronous().invalidate(KEY);
    return side.awaiters;
  }

  /** The awaiters of one fan-out, and the loader that both sides share. */
  @State(Scope.Thread)
  public static class Fan {
    final CompletableFuture<?>[] awaiters = new CompletableFuture<?>[AWAITERS];
    private CompletableFuture<Integer> pending;
    private int completed;
    private int loaded;

    CompletableFuture<Integer> load() {
      loaded++;
      pending = new CompletableFuture<>();
      return pending;
    }

    void complete() {
      completed++;
      Checks.require(!awaiters[AWAITERS - 1].isDone(), "the last awaiter came too late");
      pending.complete(completed);
    }

    @TearDown(Level.Iteration)
    public void everyAwaiterWasTold() {
      Checks.requireEqual(completed, loaded, "loads");
      for (int i = 0; i < AWAITERS; i++) {
        Checks.require(awaiters[i].getNow(null).equals(completed), "an awaiter was not told");
        Checks.require(i == 0 || awaiters[i] != awaiters[i - 1], "an awaiter is not private");
      }
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends Fan {
    private CoalescingCache<Integer, Integer> cache;
    private AsyncLoader<Integer, Integer> loader;

    @Setup
    public void create() {
      cache = Caches.slipstream(16);
      loader = (key, context) -> load();
    }
  }

  @State(Scope.Thread)
  public static class Async extends Fan {
    private AsyncCache<Integer, Integer> cache;
    private BiFunction<Integer, Executor, CompletableFuture<Integer>> loader;

    @Setup
    public void create() {
      cache = Caches.asyncCache(16);
      loader = (key, executor) -> load();
    }
  }
}
