package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.StoppingKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G1, the recheck: a caller that is stopped anywhere on its way in, while another one fetches its
 * key from beginning to end, adopts what that one found and does not run its loader.
 */
class G01StoppedCallerTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  /** What the stopped caller does. */
  enum In {
    ASYNC {
      @Override
      String by(CoalescingCache<StoppingKey, String> cache, StoppingKey key, AtomicInteger loads) {
        return Eventually.value(cache.getOrFetch(key, (k, context) -> done(load(loads))));
      }
    },
    BLOCKING {
      @Override
      String by(CoalescingCache<StoppingKey, String> cache, StoppingKey key, AtomicInteger loads) {
        return cache.get(key, k -> load(loads));
      }
    },
    BULK {
      @Override
      String by(CoalescingCache<StoppingKey, String> cache, StoppingKey key, AtomicInteger loads) {
        return cache.getAll(List.of(key), (keys, c) -> done(Map.of(key, load(loads)))).get(key);
      }
    },
    PREFETCH {
      @Override
      String by(CoalescingCache<StoppingKey, String> cache, StoppingKey key, AtomicInteger loads) {
        cache.prefetch(key, (k, context) -> done(load(loads)));
        return cache.getIfPresent(StoppingKey.plain("k"));
      }
    };

    abstract String by(
        CoalescingCache<StoppingKey, String> cache, StoppingKey key, AtomicInteger loads);

    private static <T> CompletableFuture<T> done(T value) {
      return CompletableFuture.completedFuture(value);
    }

    private static String load(AtomicInteger loads) {
      return "v" + loads.incrementAndGet();
    }
  }

  @ParameterizedTest
  @EnumSource(In.class)
  void adoptsTheValue(In in) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          AtomicInteger loads = new AtomicInteger();
          StoppingKey key = new StoppingKey("k", n);
          Caller<String> slow = start(cache, key, in, loads);
          boolean stopped = key.stops(slow);

          FetchHandle<String> quick =
              cache.getOrFetch(StoppingKey.plain("k"), (k, c) -> In.done(In.load(loads)));
          key.goOn();

          assertThat(slow.value()).as("stopped at " + n).isEqualTo("v1");
          assertThat(Eventually.value(quick)).isEqualTo("v1");
          assertThat(loads).as("loads when stopped at " + n).hasValue(1);
          CacheStats stats = cache.stats();
          assertThat(stats.fetchCount()).isEqualTo(1);
          if (in != In.PREFETCH) {
            assertThat(stats.hitCount() + stats.joinCount()).isEqualTo(1);
          }
          return stopped;
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = In.class,
      names = {"ASYNC", "BLOCKING"})
  void adoptsARememberedAbsence(In in) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache =
              caches.track(CoalescingCache.builder().absentTtl(Duration.ofHours(1)).build());
          AtomicInteger loads = new AtomicInteger();
          StoppingKey key = new StoppingKey("k", n);
          Caller<String> slow =
              Caller.start(
                  () -> {
                    key.arm();
                    return in == In.BLOCKING
                        ? cache.get(key, k -> absent(loads))
                        : Eventually.value(cache.getOrFetch(key, (k, c) -> In.done(absent(loads))));
                  });
          boolean stopped = key.stops(slow);

          FetchHandle<String> quick =
              cache.getOrFetch(StoppingKey.plain("k"), (k, c) -> In.done(absent(loads)));
          key.goOn();

          assertThat(slow.value()).isNull();
          assertThat(Eventually.value(quick)).isNull();
          assertThat(loads).as("loads when stopped at " + n).hasValue(1);
          return stopped;
        });
  }

  private static String absent(AtomicInteger loads) {
    loads.incrementAndGet();
    return null;
  }

  private static Caller<String> start(
      CoalescingCache<StoppingKey, String> cache, StoppingKey key, In in, AtomicInteger loads) {
    return Caller.start(
        () -> {
          key.arm();
          return in.by(cache, key, loads);
        });
  }
}
