package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchContext;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.jmh.HitBenchmark.HitKeys;
import dev.slipstream.jmh.HitBenchmark.Reader;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A hit on a fresh entry of a cache that would refresh it, if it was due. */
public class DueCheckBenchmark extends Measured {
  private static final Duration DUE = Duration.ofDays(1);
  private static final Duration TTL = Duration.ofDays(2);

  @Benchmark
  public Integer slipstream(Slipstream side, Reader reader) {
    return side.cache.getOrFetch(reader.next()).join();
  }

  @Benchmark
  public Integer asyncCache(Async side, Reader reader) {
    return side.cache.get(reader.next()).join();
  }

  /** Whether entries also expire. */
  @State(Scope.Benchmark)
  public static class Expiring {
    @Param({"no", "yes"})
    String expires;

    boolean expires() {
      return expires.equals("yes");
    }
  }

  @State(Scope.Benchmark)
  public static class Slipstream {
    private LoadingCoalescingCache<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys, Expiring expiring) {
      CoalescingCacheBuilder<Object, Object> builder =
          CoalescingCache.builder().maximumSize(keys.maximumSize()).refreshAfterWrite(DUE);
      if (expiring.expires()) {
        builder.expireAfterWrite(TTL);
      }
      cache = builder.build((Integer key, FetchContext context) -> keys.load(key));
      for (Integer key : keys.all) {
        cache.getOrFetch(key).join();
      }
      keys.requireFilled(cache.estimatedSize());
    }
  }

  @State(Scope.Benchmark)
  public static class Async {
    private AsyncLoadingCache<Integer, Integer> cache;

    @Setup
    public void fill(HitKeys keys, Expiring expiring) {
      Caffeine<Object, Object> builder =
          Caffeine.newBuilder()
              .executor(Runnable::run)
              .maximumSize(keys.maximumSize())
              .refreshAfterWrite(DUE);
      if (expiring.expires()) {
        builder.expireAfterWrite(TTL);
      }
      cache = builder.buildAsync((key, executor) -> keys.load(key));
      for (Integer key : keys.all) {
        cache.get(key).join();
      }
      keys.requireFilled(cache.synchronous().estimatedSize());
    }
  }
}
