package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Many fetches in flight, each with one caller, and one call that concerns all of them. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 3,
    jvmArgs = {"-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"})
public class ManyFlightsBenchmark extends Measured {
  @Benchmark
  public int inFlight(Slipstream side) {
    int size = side.cache.inFlight().size();
    Checks.requireEqual(side.flights, size, "flights listed");
    return size;
  }

  @Benchmark
  public Object stats(Slipstream side) {
    return side.cache.stats();
  }

  @Benchmark
  public void invalidateAll(Slipstream side) {
    side.cache.invalidateAll();
  }

  @Benchmark
  public void invalidateAllOfAsyncCache(Async side) {
    side.cache.synchronous().invalidateAll();
  }

  @Benchmark
  public void close(Slipstream side) {
    side.cache.close();
    side.requireEnded();
  }

  /** The callers' futures, and the loader that both sides share. */
  @State(Scope.Thread)
  public static class Flights {
    @Param("1000000")
    int flights;

    private CompletableFuture<?>[] callers;
    private int loaded;

    void start(Function<Integer, CompletableFuture<Integer>> fetch) {
      loaded = 0;
      callers = new CompletableFuture<?>[flights];
      Integer[] keys = Keys.range(0, flights);
      for (int i = 0; i < flights; i++) {
        callers[i] = fetch.apply(keys[i]);
      }
      Checks.requireEqual(flights, loaded, "loads");
      System.gc(); // they grow old now, not while something is measured
    }

    CompletableFuture<Integer> load() {
      loaded++;
      return new CompletableFuture<>();
    }

    void requireEnded() {
      for (CompletableFuture<?> caller : callers) {
        Checks.require(caller.isDone(), "a caller was left waiting");
      }
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends Flights {
    private final AsyncLoader<Integer, Integer> loader = (key, context) -> load();
    private CoalescingCache<Integer, Integer> cache;

    @Setup(Level.Iteration)
    public void start() {
      cache = Caches.slipstream(16);
      start(key -> cache.getOrFetch(key, loader));
    }
  }

  @State(Scope.Thread)
  public static class Async extends Flights {
    private final BiFunction<Integer, Executor, CompletableFuture<Integer>> loader =
        (key, executor) -> load();
    private AsyncCache<Integer, Integer> cache;

    @Setup(Level.Iteration)
    public void start() {
      cache = Caches.asyncCache(16);
      start(key -> cache.get(key, loader));
    }
  }
}
