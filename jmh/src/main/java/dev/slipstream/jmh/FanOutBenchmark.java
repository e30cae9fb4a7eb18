package dev.slipstream.jmh;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Many private awaiters without dependents join one pending fetch, which then completes. The score
 * is that of all of them, and holds both the join and the delivery.
 */
public class FanOutBenchmark extends Measured {
  @Benchmark
  public Object slipstream(Sides.Slipstream side, Fan fan) {
    for (int i = 0; i < fan.awaiters; i++) {
      fan.callers[i] = side.cache.getOrFetch(fan.key, fan.loader);
    }
    fan.complete();
    side.cache.invalidate(fan.key);
    return fan.callers;
  }

  @Benchmark
  public Object asyncCache(Sides.Async side, Fan fan) {
    for (int i = 0; i < fan.awaiters; i++) {
      fan.callers[i] = side.cache.get(fan.key, fan.asyncLoader).copy();
    }
    fan.complete();
    side.cache.synchronous().invalidate(fan.key);
    return fan.callers;
  }

  @Benchmark
  public Object byHand(Sides.ByHand side, Fan fan) {
    for (int i = 0; i < fan.awaiters; i++) {
      fan.callers[i] = side.cache.get(fan.key, fan.loaderByHand).copy();
    }
    fan.complete();
    side.cache.invalidate(fan.key);
    return fan.callers;
  }

  /** The awaiters of one fan-out. */
  @State(Scope.Thread)
  public static class Fan extends PendingFetch {
    @Param("10000")
    int awaiters;

    CompletableFuture<?>[] callers;
    private int completed;

    @Setup
    public void create() {
      callers = new CompletableFuture<?>[awaiters];
    }

    void complete() {
      completed++;
      Checks.require(!callers[awaiters - 1].isDone(), "the last awaiter came too late");
      pending.complete(completed);
    }

    @TearDown(Level.Iteration)
    public void everyAwaiterHasItsValue() {
      Checks.requireEqual(completed, loaded, "loads");
      for (int i = 0; i < awaiters; i++) {
        Checks.require(callers[i].getNow(null).equals(completed), "an awaiter has no value");
        Checks.require(i == 0 || callers[i] != callers[i - 1], "an awaiter is not private");
      }
    }
  }
}
