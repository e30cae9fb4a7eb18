package dev.slipstream.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The bytes that one pending fetch still holds after a million callers joined and left it: the heap
 * in use after a collection, less what it was before them. The time includes the collections and
 * says nothing.
 */
@BenchmarkMode(Mode.SingleShotTime)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 3,
    jvmArgs = {"-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"})
public class RetainedMemoryBenchmark extends Measured {
  private static final int CALLERS = 1_000_000;

  @Benchmark
  public Object slipstream(Sides.Slipstream side, Pending fetch, Kept kept) {
    return keep(() -> side.cache.getOrFetch(fetch.key, fetch.loader), fetch, kept);
  }

  @Benchmark
  public Object asyncCache(Sides.Async side, Pending fetch, Kept kept) {
    return keep(() -> side.cache.get(fetch.key, fetch.asyncLoader).copy(), fetch, kept);
  }

  private static Object keep(Supplier<CompletableFuture<Integer>> join, Pending fetch, Kept kept) {
    CompletableFuture<Integer> keeper = join.get();
    long before = usedAfterCollection();
    for (int i = 0; i < CALLERS; i++) {
      Checks.require(join.get().cancel(false), "a caller could not leave");
    }
    kept.bytes = usedAfterCollection() - before;
    Checks.requireEqual(1, fetch.loaded, "loads");
    Checks.require(!fetch.pending.isDone() && !keeper.isDone(), "the fetch ended");
    fetch.pending.cancel(false);
    fetch.loaded = 0;
    return keeper;
  }

  /** The fetch that is joined and left. */
  @State(Scope.Thread)
  public static class Pending extends PendingFetch {}

  private static long usedAfterCollection() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) { // references need more than one
      System.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** JMH reports it beside the score. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Kept {
    public long bytes;
  }
}
