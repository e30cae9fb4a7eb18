package dev.slipstream.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The timer of fetches. */
class FetchDurationsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void eachFetchIsTimedOnceByItsOutcome() {
    try (CoalescingCache<String, String> cache =
        CoalescingCache.builder()
            .recordStats()
            .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users", "region", "north"))
            .build()) {
      CompletableFuture<String> source = new CompletableFuture<>();
      var first = cache.getOrFetch("k", (key, context) -> source);
      var second = cache.getOrFetch("k", (key, context) -> source);
      source.complete("v");
      Eventually.value(first);
      Eventually.value(second);
      Eventually.value(cache.getOrFetch("k", key -> "a hit"));
      cache.getOrFetch("left", (key, context) -> new CompletableFuture<>()).cancel(true);

      Eventually.passes(
          () -> {
            assertThat(timer("success").count()).isEqualTo(1);
            assertThat(timer("abandoned").count()).isEqualTo(1);
          });
      double timed =
          timer("success").totalTime(TimeUnit.NANOSECONDS)
              + timer("abandoned").totalTime(TimeUnit.NANOSECONDS);
      assertThat(timed).isPositive();
      assertThat(registry.find(FetchDurations.NAME).tag("outcome", "failure").timer()).isNull();
    }
  }

  private Timer timer(String outcome) {
    return registry
        .get(FetchDurations.NAME)
        .tags("cache", "users", "region", "north", "outcome", outcome)
        .timer();
  }
}
