package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Many virtual threads ask for one key, whose blocking loader takes 10 ms: from the first start to
 * the last answer. Needs JDK 21.
 */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class VirtualThreadsBenchmark extends Measured {
  /** Each thread blocks in the cache's own {@code get}. */
  @Benchmark
  public int slipstream(Slipstream side) throws InterruptedException {
    return side.ask(key -> side.cache.get(key, side::load));
  }

  /** Each thread blocks in {@code join} of its private handle. */
  @Benchmark
  public int slipstreamJoin(Slipstream side) throws InterruptedException {
    return side.ask(key -> side.cache.getOrFetch(key, side::load).join());
  }

  /** Each thread blocks in {@code join} of the future that all of them share. */
  @Benchmark
  public int asyncCache(Async side) throws InterruptedException {
    return side.ask(key -> side.cache.get(key, side::load).join());
  }

  /** The threads block in the map, until one of them has run the loader. */
  @Benchmark
  public int caffeine(Caffeine side) throws InterruptedException {
    return side.ask(key -> side.cache.get(key, side::load));
  }

  @Benchmark
  public int guava(Guava side) throws InterruptedException {
    return side.ask(side::get);
  }

  @Benchmark
  public int cache2k(Cache2k side) throws InterruptedException {
    return side.ask(key -> side.cache.computeIfAbsent(key, side::load));
  }

  @Benchmark
  public int byHand(ByHand side) throws InterruptedException {
    return side.ask(key -> side.cache.get(key, side::loadAsync).join());
  }

  /** The threads, and the loader that both sides share. */
  @State(Scope.Benchmark)
  public static class Crowd {
    private final AtomicInteger loaded = new AtomicInteger();

    @Param("10000")
    int callers;

    final ThreadFactory threads = VirtualThreads.factory();
    private int round;

    int ask(Function<Integer, Integer> cache) throws InterruptedException {
      Integer key = ++round;
      AtomicInteger answers = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(callers);
      for (int i = 0; i < callers; i++) {
        threads
            .newThread(
                () -> {
                  if (cache.apply(key).equals(key)) {
                    answers.incrementAndGet();
                  }
                  done.countDown();
                })
            .start();
      }
      Checks.require(done.await(1, TimeUnit.MINUTES), "threads were left without an answer");
      Checks.requireEqual(callers, answers.get(), "right answers");
      return answers.get();
    }

    Integer load(Integer key) {
      loaded.incrementAndGet();
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException("the loader was interrupted", e);
      }
      return key;
    }

    @TearDown
    public void oneLoadEach() {
      Checks.requireEqual(round, loaded.get(), "loads");
    }
  }

  @State(Scope.Benchmark)
  public static class Slipstream extends Crowd {
    private CoalescingCache<Integer, Integer> cache;

    @Setup
    public void create() {
      cache =
          CoalescingCache.builder()
              .maximumSize(1_024)
              .executor(task -> threads.newThread(task).start())
              .build();
    }
  }

  @State(Scope.Benchmark)
  public static class Async extends Crowd {
    private AsyncCache<Integer, Integer> cache;

    @Setup
    public void create() {
      cache = Caches.asyncCache(1_024, task -> threads.newThread(task).start());
    }
  }

  @State(Scope.Benchmark)
  public static class Caffeine extends Crowd {
    private final com.github.benmanes.caffeine.cache.Cache<Integer, Integer> cache =
        Caches.caffeine(1_024);
  }

  @State(Scope.Benchmark)
  public static class Guava extends Crowd {
    private final com.google.common.cache.Cache<Integer, Integer> cache = Caches.guava(1_024);

    private Integer get(Integer key) {
      try {
        return cache.get(key, () -> load(key));
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @State(Scope.Benchmark)
  public static class Cache2k extends Crowd {
    private final org.cache2k.Cache<Integer, Integer> cache = Caches.cache2k(1_024);
  }

  @State(Scope.Benchmark)
  public static class ByHand extends Crowd {
    private final HandWritten<Integer, Integer> cache = new HandWritten<>(1_024);

    private CompletableFuture<Integer> loadAsync(Integer key) {
      return CompletableFuture.supplyAsync(
          () -> load(key), task -> threads.newThread(task).start());
    }
  }
}
