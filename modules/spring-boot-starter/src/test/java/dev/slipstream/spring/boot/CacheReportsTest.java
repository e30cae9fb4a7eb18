package dev.slipstream.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the endpoint says of a cache. */
class CacheReportsTest {
  private static final Pattern COUNT = Pattern.compile("(\\w+)=");

  @Test
  void everyCountOfTheStatisticsIsReported() {
    try (CoalescingCache<Object, Object> cache = CoalescingCache.builder().recordStats().build()) {
      List<String> counts =
          COUNT
              .matcher(cache.stats().toString())
              .results()
              .map((MatchResult match) -> match.group(1).replace("Nanos", "Millis"))
              .toList();

      assertThat(counts).hasSizeGreaterThan(20);
      assertThat(new CacheReports(false).of(cache).statistics())
          .containsKeys(counts.toArray(String[]::new))
          .containsKeys("hitRate", "coalescingRate")
          .hasSize(counts.size() + 2);
    }
  }

  @Test
  void theOldestHundredLoadsAreListed() {
    try (CoalescingCache<Object, Object> cache = CoalescingCache.builder().build()) {
      for (int key = 0; key < 120; key++) {
        var unused = cache.getOrFetch(key, (asked, fetch) -> new CompletableFuture<>());
      }

      SlipstreamEndpoint.CacheReport report = new CacheReports(true).of(cache);

      assertThat(report.loading()).isEqualTo(120);
      assertThat(report.loads())
          .hasSize(100)
          .allSatisfy(load -> assertThat(Integer.parseInt(load.key())).isLessThan(100));
    }
  }
}
