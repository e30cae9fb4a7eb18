package dev.slipstream.jmh;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A miss whose loader completes later, for a key that is new each time (16 bytes on all sides). The
 * cache is full: each new value pushes an old one out.
 */
public class FreshKeysBenchmark extends Measured {

  @Benchmark
  public Integer slipstream(Sides.Slipstream side, Caller caller) {
    Integer key = caller.fresh();
    CompletableFuture<Integer> handle = side.cache.getOrFetch(key, caller.later);
    caller.pending.complete(key);
    return handle.join();
  }

  @Benchmark
  public Integer asyncCache(Sides.Async side, Caller caller) {
    Integer key = caller.fresh();
    CompletableFuture<Integer> future = side.cache.get(key, caller.laterAsync);
    caller.pending.complete(key);
    return future.join();
  }

  @Benchmark
  public Integer byHand(Sides.ByHand side, Caller caller) {
    Integer key = caller.fresh();
    CompletableFuture<Integer> future = side.cache.get(key, caller.laterByHand);
    caller.pending.complete(key);
    return future.join();
  }
}
