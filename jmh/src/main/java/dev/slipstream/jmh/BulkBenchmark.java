package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.BulkLoader;
import dev.slipstream.CoalescingCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Starts a bulk of twenty keys while others are in flight: what one costs among a thousand beside
 * one among a hundred.
 */
public class BulkBenchmark extends Measured {
  private static final int BATCH = 10;

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Object slipstream(Slipstream side) {
    return side.startBatch(keys -> side.cache.getAllOrFetch(keys, side.loader));
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Object asyncCache(Async side) {
    return side.startBatch(keys -> side.cache.getAll(keys, side.asyncLoader));
  }

  /** The bulks in flight: those that stay, and those of one batch, which end after it. */
  @State(Scope.Thread)
  public static class Bulks {
    private static final int KEYS = 20;

    @Param({"100", "1000"})
    int inFlight;

    private final List<CompletableFuture<?>> staying = new ArrayList<>();
    private final List<CompletableFuture<Map<Integer, Integer>>> loads = new ArrayList<>();
    private final List<List<Integer>> batch = new ArrayList<>();
    private final CompletableFuture<?>[] callers = new CompletableFuture<?>[BATCH];
    private long started;
    private long loaded;

    void start(Function<List<Integer>, CompletableFuture<Map<Integer, Integer>>> fetch) {
      for (int i = 0; i < BATCH; i++) {
        batch.add(keys(i));
      }
      for (int i = BATCH; i < BATCH + inFlight; i++) {
        staying.add(fetch.apply(keys(i)));
        started++;
      }
      loads.clear();
    }

    private static List<Integer> keys(int bulk) {
      return List.of(Keys.range(bulk * KEYS, KEYS));
    }

    Object startBatch(Function<List<Integer>, CompletableFuture<Map<Integer, Integer>>> fetch) {
      for (int i = 0; i < BATCH; i++) {
        callers[i] = fetch.apply(batch.get(i));
      }
      started += BATCH;
      return callers;
    }

    CompletableFuture<Map<Integer, Integer>> load() {
      loaded++;
      CompletableFuture<Map<Integer, Integer>> load = new CompletableFuture<>();
      loads.add(load);
      return load;
    }

    /** Ends the batch, so that the next one finds as many in flight as this one did. */
    void endBatch(Map<?, Integer> cached) {
      for (int i = 0; i < BATCH; i++) {
        loads.get(i).complete(batch.get(i).stream().collect(Collectors.toMap(k -> k, k -> k)));
        Checks.require(callers[i].isDone(), "a bulk has no values");
      }
      loads.clear();
      batch.forEach(keys -> cached.keySet().removeAll(keys));
    }

    @TearDown
    public void oneLoadEach() {
      Checks.requireEqual(started, loaded, "loads");
      Checks.require(staying.stream().noneMatch(CompletableFuture::isDone), "another bulk ended");
    }
  }

  @State(Scope.Thread)
  public static class Slipstream extends Bulks {
    private final BulkLoader<Integer, Integer> loader = (keys, context) -> load();
    private final CoalescingCache<Integer, Integer> cache = Caches.slipstream(1_024);

    @Setup
    public void start() {
      start(keys -> cache.getAllOrFetch(keys, loader));
    }

    @TearDown(Level.Invocation)
    public void endBatch() {
      endBatch(cache.asMap());
    }
  }

  @State(Scope.Thread)
  public static class Async extends Bulks {
    private final BiFunction<
            Iterable<? extends Integer>, Executor, CompletableFuture<Map<Integer, Integer>>>
        asyncLoader = (keys, executor) -> load();
    private final AsyncCache<Integer, Integer> cache = Caches.asyncCache(1_024);

    @Setup
    public void start() {
      start(keys -> cache.getAll(keys, asyncLoader));
    }

    @TearDown(Level.Invocation)
    public void endBatch() {
      endBatch(cache.synchronous().asMap());
    }
  }
}
