package dev.slipstream.jmh;

import dev.slipstream.CoalescingCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Joins a pending fetch privately, then leaves it, while others wait for it. Each batch has a fresh
 * fetch, because the peers keep what was cancelled; at its end the fetch is given up, never
 * completed.
 */
public class JoinLeaveBenchmark extends Measured {
  static final int BATCH = 1_000;

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int slipstream(Sides.Slipstream side, Pending fetch) {
    CoalescingCache<Integer, Integer> cache = side.cache;
    fetch.begin(() -> cache.getOrFetch(fetch.key, fetch.loader));
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (cache.getOrFetch(fetch.key, fetch.loader).cancel(false)) {
        left++;
      }
    }
    fetch.batchEnded(left);
    fetch.staying.forEach(awaiter -> awaiter.cancel(false));
    Checks.require(fetch.pending.isCancelled(), "the last one out did not cancel the fetch");
    return left;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int asyncCache(Sides.Async side, Pending fetch) {
    fetch.begin(() -> side.cache.get(fetch.key, fetch.asyncLoader).copy());
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (side.cache.get(fetch.key, fetch.asyncLoader).copy().cancel(false)) {
        left++;
      }
    }
    fetch.batchEnded(left);
    side.cache.synchronous().invalidate(fetch.key);
    return left;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int byHand(Sides.ByHand side, Pending fetch) {
    fetch.begin(() -> side.cache.get(fetch.key, fetch.loaderByHand).copy());
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (side.cache.get(fetch.key, fetch.loaderByHand).copy().cancel(false)) {
        left++;
      }
    }
    fetch.batchEnded(left);
    fetch.pending.cancel(false); // the one way to be rid of a fetch
    return left;
  }

  /** The fetch of a batch. */
  @State(Scope.Thread)
  public static class Pending extends PendingFetch {
    @Param("1")
    int awaiters;

    final List<CompletableFuture<Integer>> staying = new ArrayList<>();
    private long batches;

    void begin(Supplier<CompletableFuture<Integer>> join) {
      staying.clear();
      for (int i = 0; i < awaiters; i++) {
        staying.add(join.get());
      }
    }

    void batchEnded(int left) {
      batches++;
      Checks.requireEqual(BATCH, left, "leavers");
      Checks.require(staying.stream().noneMatch(CompletableFuture::isDone), "an awaiter is done");
      Checks.require(!pending.isDone(), "a leaver ended the fetch of its peers");
    }

    @TearDown
    public void oneLoadEach() {
      Checks.requireEqual(batches, loaded, "loads");
    }
  }
}
