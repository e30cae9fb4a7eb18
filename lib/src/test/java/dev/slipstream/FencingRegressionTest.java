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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once went wrong between a fetch and a write to its key. */
class FencingRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @Test
  void noMarkOfAbsenceOutlivesAPutThatRacedIt() {
    HookedKey.everywhere(
        m -> {
          boolean[] writerStopped = new boolean[1];
          HookedKey.everywhere(
              n -> {
                CoalescingCache<StoppingKey, String> cache =
                    caches.track(
                        CoalescingCache.builder()
                            .recordStats()
                            .absentTtl(Duration.ofHours(1))
                            .build());
                StoppingKey writersKey = new StoppingKey("k", m);
                StoppingKey fetchersKey = new StoppingKey("k", n);
                Caller<Boolean> writer =
                    Caller.start(
                        () -> {
                          writersKey.arm();
                          cache.put(writersKey, "put");
                          return true;
                        });
                writerStopped[0] = writersKey.stops(writer);
                Caller<Boolean> fetcher =
                    Caller.start(
                        () -> {
                          fetchersKey.arm();
                          return cache
                              .getOrFetch(
                                  fetchersKey,
                                  (key, context) -> CompletableFuture.<String>completedFuture(null))
                              .isDone();
                        });
                boolean stopped = fetchersKey.stops(fetcher);
                writersKey.goOn();
                Eventually.until(
                    "the put is through, or waits for the fetch",
                    () -> writer.isReturned() || writer.getState() == Thread.State.TIMED_WAITING);
                fetchersKey.goOn();
                assertThat(writer.value()).isTrue();
                assertThat(fetcher.value()).isTrue();

                StoppingKey key = StoppingKey.plain("k");
                assertThat(cache.getIfPresent(key)).isEqualTo("put");
                evict(cache, key);
                FetchHandle<String> next = cache.getOrFetch(key, k -> "fresh");
                assertThat(next.origin())
                    .as("stopped at %d and %d", m, n)
                    .isEqualTo(Origin.STARTED);
                assertThat(Eventually.value(next)).isEqualTo("fresh");
                return stopped;
              });
          return writerStopped[0];
        });
  }

  /** Takes the value out as an eviction does, which fences nothing and clears no mark. */
  private static <K> void evict(CoalescingCache<K, String> cache, K key) {
    assertThat(((SlipstreamCache<K, String>) cache).core.l1().map().remove(key)).isNotNull();
  }

  @Test
  void aFurtherValueIsNotStoredOverAConditionalRemoval() {
    CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .continuationExecutor(Runnable::run)
                .<String, String>removalListener(
                    (key, value, cause) -> answers.complete(Map.of("a", "A", "x", "older")))
                .build());
    cache.put("x", "v1");
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a"), (keys, context) -> answers);

    assertThat(cache.asMap().remove("x", "v1")).isTrue(); // the bulk load ends meanwhile

    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "A"));
    assertThat(cache.getIfPresent("x")).isNull();
  }

  /** A value that does something while a conditional write compares it. */
  private static final class Compared {
    private Runnable hook = () -> {};

    @Override
    public boolean equals(Object other) {
      hook.run();
      return other == this;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  @Test
  void aFlightThatEndsDuringAConditionalWriteIsNotKeptAsFenced() {
    CoalescingCache<String, Compared> cache =
        caches.track(CoalescingCache.builder().recordStats().build());
    Compared value = new Compared();
    cache.put("k", value);
    FetchHandle<Compared> refresh = cache.refresh("k", (key, context) -> new CompletableFuture<>());
    value.hook = () -> refresh.cancel(true);

    assertThat(cache.asMap().remove("k", value)).isTrue();

    assertThat(refresh).isCancelled();
    assertThat(((SlipstreamCache<String, Compared>) cache).core.registry.isEmpty()).isTrue();
  }

  @Test
  void aFlightIsListedOnceWhileItIsFenced() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          FetchHandle<String> handle =
              cache.getOrFetch(StoppingKey.plain("k"), (key, context) -> new CompletableFuture<>());
          StoppingKey key = new StoppingKey("k", n);
          Caller<Boolean> writer =
              Caller.start(
                  () -> {
                    key.arm();
                    cache.invalidate(key);
                    return true;
                  });
          boolean stopped = key.stops(writer);

          assertThat(cache.inFlight()).as("listed, stopped at %d", n).hasSize(1);

          key.goOn();
          assertThat(writer.value()).isTrue();
          handle.cancel(true);
          return stopped;
        });
  }
}
