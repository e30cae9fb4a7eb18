package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.CacheView;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With jitter, what was written together does not expire together. */
class TtlJitterTest {
  private static final Duration TTL = Duration.ofSeconds(1_000);
  private static final int DRAWS = 10_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();
  private final CoalescingCache<String, String> cache = jittered(0.2);

  private CoalescingCache<String, String> jittered(double fraction) {
    return caches.cache(
        builder -> builder.ticker(ticker).expireAfterWrite(TTL).ttlJitter(fraction));
  }

  /** The times that the entries have to live, in thousandths of a second. */
  private static LongSummaryStatistics times(CoalescingCache<String, String> cache) {
    return cache.snapshot().entries().stream()
        .mapToLong(entry -> Objects.requireNonNull(entry.expiresIn()).toMillis())
        .summaryStatistics();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void timesAreDrawnEvenlyBetweenTheShortestAndTheWhole(boolean byPut) {
    for (int i = 0; i < DRAWS; i++) {
      String key = "k" + i;
      if (byPut) {
        cache.put(key, "v");
      } else {
        assertThat(cache.get(key, k -> "v")).isEqualTo("v");
      }
    }
    LongSummaryStatistics times = times(cache);
    assertThat(times.getCount()).isEqualTo(DRAWS);
    assertThat(times.getMax()).isLessThanOrEqualTo(1_000_000).isGreaterThan(998_000);
    assertThat(times.getMin()).isGreaterThanOrEqualTo(800_000).isLessThan(802_000);
    // the mean of 10,000 even draws over 200,000 has a deviation of 577
    assertThat(times.getAverage()).isCloseTo(900_000, within(4_000.0));
    long firstQuarter =
        cache.snapshot().entries().stream()
            .filter(entry -> Objects.requireNonNull(entry.expiresIn()).toMillis() < 850_000)
            .count();
    assertThat(firstQuarter).isBetween(2_200L, 2_800L); // the deviation is 43
  }

  @Test
  void aFractionOfZeroChangesNothing() {
    CoalescingCache<String, String> exact = jittered(0);
    IntStream.range(0, 100).forEach(i -> exact.put("k" + i, "v"));
    assertThat(times(exact).getMin()).isEqualTo(TTL.toMillis());
  }

  @Test
  void whatIsRestoredKeepsItsTime() {
    IntStream.range(0, 100).forEach(i -> cache.put("k" + i, "v"));
    CacheView<String, String> view = cache.snapshot();
    CoalescingCache<String, String> other = jittered(0.2);
    other.restore(view);
    assertThat(times(other).getSum()).isEqualTo(times(cache).getSum());
  }

  @Test
  void aTimeOfTheLoadIsNotShortened() {
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.expireAfter(TTL);
              return CompletableFuture.completedFuture("v");
            });
    assertThat(handle).isCompletedWithValue("v");
    assertThat(times(cache).getMin()).isEqualTo(TTL.toMillis());
  }

  @Test
  void readsDoNotProlongAShortenedTime() {
    CoalescingCache<String, String> accessed =
        caches.cache(
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfterWrite(TTL)
                    .expireAfterAccess(TTL)
                    .ttlJitter(0.999));
    accessed.put("k", "v");
    long drawn = times(accessed).getMin();
    ticker.advance(Duration.ofMillis(drawn - 1));
    assertThat(accessed.getIfPresent("k")).isEqualTo("v");
    ticker.advance(Duration.ofMillis(2));
    assertThat(accessed.getIfPresent("k")).isNull();
  }

  @Test
  void badFractionsAreRefused() {
    for (double bad : new double[] {-0.1, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CoalescingCache.builder().ttlJitter(bad))
          .withMessage("ttlJitter must be 0 or more and less than 1, but is " + bad);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> CoalescingCache.builder().ttlJitter(0.1).build())
        .withMessageContaining("ttlJitter needs an expireAfterWrite");
    assertThatIllegalStateException()
        .isThrownBy(() -> CoalescingCache.builder().ttlJitter(0.1).ttlJitter(0.1))
        .withMessageContaining("ttlJitter is set already");
  }
}
