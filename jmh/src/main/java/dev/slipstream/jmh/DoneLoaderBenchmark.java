package dev.slipstream.jmh;

import org.openjdk.jmh.annotations.Benchmark;

/** A miss whose loader has completed when it returns; the value is then invalidated. */
public class DoneLoaderBenchmark extends Measured {

  @Benchmark
  public Integer slipstream(Sides.Slipstream side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.getOrFetch(key, caller.done).join();
    side.cache.invalidate(key);
    return value;
  }

  @Benchmark
  public Integer asyncCache(Sides.Async side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.get(key, caller.doneAsync).join();
    side.cache.synchronous().invalidate(key);
    return value;
  }

  @Benchmark
  public Integer byHand(Sides.ByHand side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.get(key, caller.doneByHand).join();
    side.cache.invalidate(key);
    return value;
  }
}
