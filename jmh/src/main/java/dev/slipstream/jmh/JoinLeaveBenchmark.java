package dev.slipstream.jmh;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Joins a pending fetch privately, then leaves it. Each batch has a fresh fetch, because the peers
 * keep what was cancelled; at its end the fetch is given up, never completed.
 */
public class JoinLeaveBenchmark extends Measured {
  private static final int BATCH = 1_000;

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int slipstream(Sides.Slipstream side, Pending fetch) {
    CoalescingCache<Integer, Integer> cache = side.cache;
    FetchHandle<Integer> keeper = cache.getOrFetch(fetch.key, fetch.loader);
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (cache.getOrFetch(fetch.key, fetch.loader).cancel(false)) {
        left++;
      }
    }
    fetch.batchEnded(left);
    keeper.cancel(false);
    Checks.require(fetch.pending.isCancelled(), "the last one out did not cancel the fetch");
    return left;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int asyncCache(Sides.Async side, Pending fetch) {
    CompletableFuture<Integer> keeper = side.cache.get(fetch.key, fetch.asyncLoader);
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (side.cache.get(fetch.key, fetch.asyncLoader).copy().cancel(false)) {
        left++;
      }
    }
    fetch.batchEnded(left);
    Checks.require(!keeper.isDone(), "a copy ended the shared future");
    side.cache.synchronous().invalidate(fetch.key);
    return left;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int byHand(Sides.ByHand side, Pending fetch) {
    CompletableFuture<Integer> keeper = side.cache.get(fetch.key, fetch.loaderByHand);
    int left = 0;
    for (int i = 0; i < BATCH; i++) {
      if (side.cache.get(fetch.key, fetch.loaderByHand).copy().cancel(false)) {
        left++;
      }
    }
    fetch.batchEnded(left);
    Checks.require(!keeper.isDone(), "a copy ended the shared future");
    fetch.pending.cancel(false); // the one way to be rid of a fetch
    return left;
  }

  /** The fetch of a batch. */
  @State(Scope.Thread)
  public static class Pending extends PendingFetch {
    private long batches;

    void batchEnded(int left) {
      batches++;
      Checks.requireEqual(BATCH, left, "leavers");
      Checks.require(!pending.isDone(), "a leaver ended the fetch of its peers");
    }

    @TearDown
    public void oneLoadEach() {
      Checks.requireEqual(batches, loaded, "loads");
    }
  }
}
