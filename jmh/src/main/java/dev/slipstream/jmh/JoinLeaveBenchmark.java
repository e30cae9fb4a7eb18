package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.Origin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Joins a pending fetch privately, then leaves it. Each batch has a fresh fetch, because the peer
 * keeps what was cancelled; at its end the fetch is given up, never completed.
 */
public class JoinLeaveBenchmark extends Measured {
  private static final int BATCH = 1_000;
  private static final Integer KEY = 1;

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int slipstream(Slipstream side) {
    CoalescingCache<Integer, Integer> cache = side.cache;
    FetchHandle<Integer> keeper = cache.getOrFetch(KEY, side.loader);
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (cache.getOrFetch(KEY, side.loader).cancel(false)) {
        left++;
      }
    }
    side.batchEnded(left, side.last.isDone());
    keeper.cancel(false);
    return left;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int asyncCache(Async side) {
    AsyncCache<Integer, Integer> cache = side.cache;
    CompletableFuture<Integer> keeper = cache.get(KEY, side.loader);
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (cache.get(KEY, side.loader).copy().cancel(false)) {
        left++;
      }
    }
    side.batchEnded(left, keeper.isDone());
    cache.synchronous().invalidate(KEY);
    return left;
  }

  /** The loader that both sides share: it never completes. */
  @State(Scope.Thread)
  public static class Pending {
    CompletableFuture<Integer> last;
    private long batches;
    private long loaded;

    CompletableFuture<Integer> load() {
      loaded++;
      last = new CompletableFuture<>();
      return last;
    }

    void batchEnded(int left, boolean ended) {
      batches++;
      Checks.requireEqual(BATCH, left, "leavers");
      Checks.require(!ended, "a leaver ended the fetch of its peers");
    }

    @TearDown
    public void oneLoadEach() {
      Checks.requireEqual(batches, loaded, "loads");
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends Pending {
    private CoalescingCache<Integer, Integer> cache;
    private AsyncLoader<Integer, Integer> loader;

    @Setup
    public void create() {
      cache = Caches.slipstream(16);
      loader = (key, context) -> load();
    }

    @TearDown
    public void lastOneOutCancelled() {
      Checks.require(last.isCancelled(), "the last leaver did not cancel the fetch");
      Checks.require(cache.inFlight().isEmpty(), "flights were left over");
      FetchHandle<Integer> first = cache.getOrFetch(2, (key, context) -> new CompletableFuture<>());
      FetchHandle<Integer> second = cache.getOrFetch(2, (key, context) -> first);
      Checks.require(second.origin() == Origin.JOINED, "the second caller did not join");
    }
  }

  @State(Scope.Thread)
  public static class Async extends Pending {
    private AsyncCache<Integer, Integer> cache;
    private BiFunction<Integer, Executor, CompletableFuture<Integer>> loader;

    @Setup
    public void create() {
      cache = Caches.asyncCache(16);
      loader = (key, executor) -> load();
    }

    @TearDown
    public void nobodyCancelled() {
      Checks.require(!last.isDone(), "a private copy ended the shared future");
    }
  }
}
