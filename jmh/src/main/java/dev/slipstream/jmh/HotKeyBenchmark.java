package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** One hot key on all cores: 99 calls that fetch, then one that invalidates. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(Threads.MAX)
public class HotKeyBenchmark extends Measured {
  private static final Integer KEY = 1;

  @Benchmark
  public Object slipstream(Slipstream side, Turns turns) {
    if (turns.invalidates()) {
      side.invalidated.increment();
      side.cache.invalidate(KEY);
      return KEY;
    }
    return side.cache.getOrFetch(KEY, (key, context) -> side.load(key));
  }

  @Benchmark
  public Object asyncCache(Async side, Turns turns) {
    if (turns.invalidates()) {
      side.invalidated.increment();
      side.cache.synchronous().invalidate(KEY);
      return KEY;
    }
    return side.cache.get(KEY, (key, executor) -> side.load(key));
  }

  @State(Scope.Thread)
  public static class Turns {
    private int turn;

    boolean invalidates() {
      if (++turn < 100) {
        return false;
      }
      turn = 0;
      return true;
    }
  }

  /** The loader that both sides share, and what it and the invalidations add up to. */
  @State(Scope.Benchmark)
  public static class Counts {
    private final LongAdder loaded = new LongAdder();
    final LongAdder invalidated = new LongAdder();

    CompletableFuture<Integer> load(Integer key) {
      loaded.increment();
      return CompletableFuture.completedFuture(key);
    }

    /** A write that fences before and after it changes the map may cost two loads, never more. */
    @TearDown
    public void loadsAreFew() {
      long loads = loaded.sum();
      long most = 2 * invalidated.sum() + 1;
      Checks.require(
          0 < loads && loads <= most, "loads must be 1 to " + most + ", but were " + loads);
    }
  }

  @State(Scope.Benchmark)
  public static class Slipstream extends Counts {
    private CoalescingCache<Integer, Integer> cache;

    @Setup
    public void create() {
      cache = Caches.slipstream(1_024);
    }

    @TearDown
    public void nothingIsInFlight() {
      Checks.require(cache.inFlight().isEmpty(), "flights were left over");
    }
  }

  @State(Scope.Benchmark)
  public static class Async extends Counts {
    private AsyncCache<Integer, Integer> cache;

    @Setup
    public void create() {
      cache = Caches.asyncCache(1_024);
    }
  }
}
