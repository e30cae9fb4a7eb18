package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A miss, with other distinct keys in flight: what it costs more than with one may be no more than
 * what the same work with a bare map of that size costs more. The value is invalidated again, so
 * that the size stays.
 */
@Fork(
    value = 3,
    jvmArgs = {"-Xms4g", "-Xmx4g", "-Xmn1g"})
public class InFlightScalingBenchmark extends Measured {

  @Benchmark
  public Integer slipstream(Slipstream side) {
    Integer key = side.next();
    CompletableFuture<Integer> handle = side.cache.getOrFetch(key, side.loader);
    side.last.complete(key);
    Integer value = handle.join();
    side.cache.invalidate(key);
    return value;
  }

  @Benchmark
  public Integer asyncCache(Async side) {
    Integer key = side.next();
    CompletableFuture<Integer> future = side.cache.get(key, side.loader);
    side.last.complete(key);
    Integer value = future.join();
    side.cache.synchronous().invalidate(key);
    return value;
  }

  /** The same work by hand, with a bare map for what is in flight and a cache for the values. */
  @Benchmark
  public Integer bareMap(BareMap side) {
    Integer key = side.next();
    CompletableFuture<Integer> future = side.get(key);
    side.last.complete(key);
    Integer value = future.join();
    side.values.invalidate(key);
    return value;
  }

  /** The keys in turn, the others in flight, and the loader that all sides share. */
  @State(Scope.Thread)
  public static class Flights {
    private static final int KEYS = 1 << 16;

    @Param({"1", "1000", "1000000"})
    int others;

    private CompletableFuture<?>[] held; // a flight that nobody holds is collected
    private Integer[] keys;
    private int next;
    CompletableFuture<Integer> last;
    private long asked;
    private long loaded;

    void start(Function<Integer, CompletableFuture<Integer>> side) {
      keys = Keys.range(0, KEYS);
      held = new CompletableFuture<?>[others];
      Integer[] otherKeys = Keys.range(KEYS, others);
      for (int i = 0; i < others; i++) {
        held[i] = side.apply(otherKeys[i]);
      }
      Checks.requireEqual(others, loaded, "flights that were started");
      loaded = 0;
      System.gc(); // they grow old now, not while something is measured
    }

    Integer next() {
      asked++;
      return keys[next++ & (KEYS - 1)];
    }

    CompletableFuture<Integer> load() {
      loaded++;
      last = new CompletableFuture<>();
      return last;
    }

    @TearDown
    public void everyCallMissed() {
      Checks.requireEqual(asked, loaded, "loads");
      for (CompletableFuture<?> other : held) {
        Checks.require(!other.isDone(), "another key's fetch ended");
      }
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends Flights {
    private CoalescingCache<Integer, Integer> cache;
    private AsyncLoader<Integer, Integer> loader;

    @Setup
    public void create() {
      cache = Caches.slipstream(1_024);
      loader = (key, context) -> load();
      start(key -> cache.getOrFetch(key, loader));
    }

    @TearDown
    public void check() {
      Checks.requireEqual(others, cache.inFlight().size(), "flights");
    }
  }

  @State(Scope.Thread)
  public static class Async extends Flights {
    private AsyncCache<Integer, Integer> cache;
    private BiFunction<Integer, Executor, CompletableFuture<Integer>> loader;

    @Setup
    public void create() {
      cache = Caches.asyncCache(1_024);
      loader = (key, executor) -> load();
      start(key -> cache.get(key, loader));
    }

    @TearDown
    public void check() {
      Checks.requireEqual(others, cache.asMap().size(), "flights");
    }
  }

  @State(Scope.Thread)
  public static class BareMap extends Flights {
    private final ConcurrentHashMap<Integer, CompletableFuture<Integer>> map =
        new ConcurrentHashMap<>();
    private final Cache<Integer, Integer> values =
        Caffeine.newBuilder().maximumSize(1_024).executor(Runnable::run).build();

    @Setup
    public void create() {
      start(this::get);
    }

    CompletableFuture<Integer> get(Integer key) {
      Integer value = values.getIfPresent(key);
      if (value != null) {
        return CompletableFuture.completedFuture(value);
      }
      CompletableFuture<Integer> present = map.get(key);
      if (present != null) {
        return present;
      }
      CompletableFuture<Integer> fresh = load();
      CompletableFuture<Integer> winner = map.putIfAbsent(key, fresh);
      if (winner != null) {
        return winner;
      }
      return fresh.whenComplete(
          (loaded, failure) -> {
            values.put(key, loaded);
            map.remove(key, fresh);
          });
    }

    @TearDown
    public void check() {
      Checks.requireEqual(others, map.size(), "flights");
    }
  }
}
