package dev.slipstream.jmh;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A key that is not cached, whose loader completes after the call has returned: ask, complete,
 * read. The value is then invalidated, so that the cache keeps its size.
 */
public class MissBenchmark extends Measured {

  @Benchmark
  public Integer slipstream(Sides.Slipstream side, Caller caller) {
    Integer key = caller.next();
    CompletableFuture<Integer> handle = side.cache.getOrFetch(key, caller.later);
    caller.pending.complete(key);
    Integer value = handle.join();
    side.cache.invalidate(key);
    return value;
  }

  @Benchmark
  public Integer asyncCache(Sides.Async side, Caller caller) {
    Integer key = caller.next();
    CompletableFuture<Integer> future = side.cache.get(key, caller.laterAsync);
    caller.pending.complete(key);
    Integer value = future.join();
    side.cache.synchronous().invalidate(key);
    return value;
  }

  @Benchmark
  public Integer byHand(Sides.ByHand side, Caller caller) {
    Integer key = caller.next();
    CompletableFuture<Integer> future = side.cache.get(key, caller.laterByHand);
    caller.pending.complete(key);
    Integer value = future.join();
    side.cache.invalidate(key);
    return value;
  }
}
