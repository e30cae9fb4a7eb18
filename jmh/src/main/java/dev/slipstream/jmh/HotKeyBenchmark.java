package dev.slipstream.jmh;

import dev.slipstream.AsyncLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** One hot key and two threads, each with 99 calls that fetch, then one that invalidates. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(2)
public class HotKeyBenchmark extends Measured {
  private static final Integer KEY = 1;

  @Benchmark
  public Object slipstream(Sides.Slipstream side, Turns turns) {
    if (turns.invalidates()) {
      side.cache.invalidate(KEY);
      return KEY;
    }
    return side.cache.getOrFetch(KEY, turns.loader);
  }

  @Benchmark
  public Object asyncCache(Sides.Async side, Turns turns) {
    if (turns.invalidates()) {
      side.cache.synchronous().invalidate(KEY);
      return KEY;
    }
    return side.cache.get(KEY, turns.asyncLoader);
  }

  @Benchmark
  public Object caffeine(Sides.Caffeine side, Turns turns) {
    if (turns.invalidates()) {
      side.cache.invalidate(KEY);
      return KEY;
    }
    return side.cache.get(KEY, turns.function);
  }

  @Benchmark
  public Object guava(Sides.Guava side, Turns turns) throws ExecutionException {
    if (turns.invalidates()) {
      side.cache.invalidate(KEY);
      return KEY;
    }
    return side.cache.get(KEY, turns.callable);
  }

  @Benchmark
  public Object cache2k(Sides.Cache2k side, Turns turns) {
    if (turns.invalidates()) {
      side.cache.remove(KEY);
      return KEY;
    }
    return side.cache.computeIfAbsent(KEY, turns.function);
  }

  @Benchmark
  public Object byHand(Sides.ByHand side, Turns turns) {
    if (turns.invalidates()) {
      side.cache.invalidate(KEY);
      return KEY;
    }
    return side.cache.get(KEY, turns.loaderByHand);
  }

  /** What a thread does, and how often; JMH reports the counts beside the score. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Turns {
    public long loads;
    public long invalidations;

    final AsyncLoader<Integer, Integer> loader = (key, context) -> load(key);
    final BiFunction<Integer, Executor, CompletableFuture<Integer>> asyncLoader =
        (key, executor) -> load(key);
    final Function<Integer, CompletableFuture<Integer>> loaderByHand = this::load;
    final Function<Integer, Integer> function = this::value;
    final Callable<Integer> callable = () -> value(KEY);
    private int turn;

    @TearDown(Level.Iteration)
    public void sum(Totals totals) {
      totals.add(loads, invalidations);
    }

    boolean invalidates() {
      if (++turn < 100) {
        return false;
      }
      turn = 0;
      invalidations++;
      return true;
    }

    CompletableFuture<Integer> load(Integer key) {
      return CompletableFuture.completedFuture(value(key));
    }

    Integer value(Integer key) {
      loads++;
      return key;
    }
  }

  /** What all threads did. */
  @State(Scope.Benchmark)
  public static class Totals {
    private final LongAdder loads = new LongAdder();
    private final LongAdder invalidations = new LongAdder();

    void add(long loaded, long invalidated) {
      loads.add(loaded);
      invalidations.add(invalidated);
    }

    /** A write that fences before and after it changes the map may cost two loads, never more. */
    @TearDown
    public void loadsAreFew() {
      long most = 2 * invalidations.sum() + 2;
      long sum = loads.sum();
      Checks.require(0 < sum && sum <= most, "loads must be 1 to " + most + ", but were " + sum);
    }
  }
}
