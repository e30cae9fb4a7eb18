package dev.slipstream.jmh;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Ten thousand private awaiters without dependents join one pending fetch, which then completes.
 * The score is per awaiter and holds both the join and the delivery.
 */
public class FanOutBenchmark extends Measured {
  private static final int AWAITERS = 10_000;

  @Benchmark
  @OperationsPerInvocation(AWAITERS)
  public Object slipstream(Sides.Slipstream side, Fan fan) {
    for (int i = 0; i < AWAITERS; i++) {
      fan.awaiters[i] = side.cache.getOrFetch(fan.key, fan.loader);
    }
    fan.complete();
    side.cache.invalidate(fan.key);
    return fan.awaiters;
  }

  @Benchmark
  @OperationsPerInvocation(AWAITERS)
  public Object asyncCache(Sides.Async side, Fan fan) {
    for (int i = 0; i < AWAITERS; i++) {
      fan.awaiters[i] = side.cache.get(fan.key, fan.asyncLoader).copy();
    }
    fan.complete();
    side.cache.synchronous().invalidate(fan.key);
    return fan.awaiters;
  }

  @Benchmark
  @OperationsPerInvocation(AWAITERS)
  public Object byHand(Sides.ByHand side, Fan fan) {
    for (int i = 0; i < AWAITERS; i++) {
      fan.awaiters[i] = side.cache.get(fan.key, fan.loaderByHand).copy();
    }
    fan.complete();
    side.cache.invalidate(fan.key);
    return fan.awaiters;
  }

  /** The awaiters of one fan-out. */
  @State(Scope.Thread)
  public static class Fan extends PendingFetch {
    final CompletableFuture<?>[] awaiters = new CompletableFuture<?>[AWAITERS];
    private int completed;

    void complete() {
      completed++;
      Checks.require(!awaiters[AWAITERS - 1].isDone(), "the last awaiter came too late");
      pending.complete(completed);
    }

    @TearDown(Level.Iteration)
    public void everyAwaiterHasItsValue() {
      Checks.requireEqual(completed, loaded, "loads");
      for (int i = 0; i < AWAITERS; i++) {
        Checks.require(awaiters[i].getNow(null).equals(completed), "an awaiter has no value");
        Checks.require(i == 0 || awaiters[i] != awaiters[i - 1], "an awaiter is not private");
      }
    }
  }
}
