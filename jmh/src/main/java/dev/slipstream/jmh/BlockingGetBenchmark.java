package dev.slipstream.jmh;

import java.util.concurrent.ExecutionException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A blocking {@code get} that misses, its loader on the caller's thread on all sides; the value is
 * then invalidated.
 */
public class BlockingGetBenchmark extends Measured {

  @Benchmark
  public Integer slipstream(Sides.SameThreadSlipstream side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.get(key, caller.blocking);
    side.cache.invalidate(key);
    return value;
  }

  /** The blocking view of the peer. */
  @Benchmark
  public Integer asyncCache(Sides.Async side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.synchronous().get(key, caller.blockingFunction);
    side.cache.synchronous().invalidate(key);
    return value;
  }

  @Benchmark
  public Integer caffeine(Sides.Caffeine side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.get(key, caller.blockingFunction);
    side.cache.invalidate(key);
    return value;
  }

  @Benchmark
  public Integer guava(Sides.Guava side, Caller caller) throws ExecutionException {
    Integer key = caller.next();
    Integer value = side.cache.get(key, () -> caller.blockingFunction.apply(key));
    side.cache.invalidate(key);
    return value;
  }

  @Benchmark
  public Integer cache2k(Sides.Cache2k side, Caller caller) {
    Integer key = caller.next();
    Integer value = side.cache.computeIfAbsent(key, caller.blockingFunction);
    side.cache.remove(key);
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
