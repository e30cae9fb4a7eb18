package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.CompletableFuture;
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
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(
    value = 3,
    jvmArgs = {"-Xms4g", "-Xmx4g"})
public class RetainedMemory extends Measured {
  private static final int CALLERS = 1_000_000;
  private static final Integer KEY = 1;

  @Benchmark
  public Object slipstream(Kept kept) {
    CompletableFuture<Integer> pending = new CompletableFuture<>();
    CoalescingCache<Integer, Integer> cache = Caches.slipstream(16);
    FetchHandle<Integer> keeper = cache.getOrFetch(KEY, (key, context) -> pending);
    long before = usedAfterCollection();
    for (int i = 0; i < CALLERS; i++) {
      boolean left = cache.getOrFetch(KEY, (key, context) -> pending).cancel(false);
      Checks.require(left, "a caller could not leave");
    }
    kept.bytes = usedAfterCollection() - before;
    Checks.require(!pending.isDone() && !keeper.isDone(), "the fetch ended");
    return keeper;
  }

  @Benchmark
  public Object asyncCache(Kept kept) {
    CompletableFuture<Integer> pending = new CompletableFuture<>();
    AsyncCache<Integer, Integer> cache = Caches.asyncCache(16);
    CompletableFuture<Integer> keeper = cache.get(KEY, (key, executor) -> pending);
    long before = usedAfterCollection();
    for (int i = 0; i < CALLERS; i++) {
      boolean left = cache.get(KEY, (key, executor) -> pending).copy().cancel(false);
      Checks.require(left, "a caller could not leave");
    }
    kept.bytes = usedAfterCollection() - before;
    Checks.require(!pending.isDone() && !keeper.isDone(), "the fetch ended");
    return keeper;
  }

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
