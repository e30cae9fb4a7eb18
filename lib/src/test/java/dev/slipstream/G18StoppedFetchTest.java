package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.StoppingKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** G18, a fetch that is stopped anywhere while the cache is closed is ended by the close. */
class G18StoppedFetchTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  /** What the stopped caller does. */
  enum In {
    GET_OR_FETCH {
      @Override
      CompletableFuture<?> by(
          CoalescingCache<StoppingKey, String> cache,
          StoppingKey key,
          CompletableFuture<String> promise) {
        return cache.getOrFetch(key, (k, context) -> promise);
      }
    },
    REFRESH {
      @Override
      CompletableFuture<?> by(
          CoalescingCache<StoppingKey, String> cache,
          StoppingKey key,
          CompletableFuture<String> promise) {
        return cache.refresh(key, (k, context) -> promise);
      }
    },
    BULK {
      @Override
      CompletableFuture<?> by(
          CoalescingCache<StoppingKey, String> cache,
          StoppingKey key,
          CompletableFuture<String> promise) {
        return cache.getAllOrFetch(
            List.of(key), (keys, context) -> promise.thenApply(value -> Map.of(key, value)));
      }
    };

    abstract CompletableFuture<?> by(
        CoalescingCache<StoppingKey, String> cache,
        StoppingKey key,
        CompletableFuture<String> promise);
  }

  @ParameterizedTest
  @EnumSource(In.class)
  void itIsNotifiedOfTheClose(In in) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          StoppingKey key = new StoppingKey("k", n);
          CompletableFuture<String> promise = new CompletableFuture<>();
          Caller<CompletableFuture<?>> caller =
              Caller.start(
                  () -> {
                    key.arm();
                    return in.by(cache, key, promise);
                  });
          boolean stopped = key.stops(caller);

          Caller<Boolean> closer =
              Caller.start(
                  () -> {
                    cache.close();
                    return true;
                  });
          assertThat(closer.value()).as("close when stopped at " + n).isTrue();
          key.goOn();

          assertThat(Eventually.failure(caller.value()))
              .as("stopped at " + n)
              .isInstanceOf(CacheClosedException.class);
          promise.complete("late");
          assertThat(cache.getIfPresent(StoppingKey.plain("k"))).isNull();
          assertThat(cache.inFlight()).isEmpty();
          return stopped;
        });
  }
}
