package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hit may refresh a fresh entry: the more likely the less time it has left. */
class EarlyRefreshTest {
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration LOAD = Duration.ofSeconds(10);
  private static final int DRAWS = 20_000;

  /** So large a factor that each hit refreshes, if any may. */
  private static final double ALWAYS = 1e15;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();
  private CompletableFuture<String> answer = new CompletableFuture<>();
  private final CachedRead.Source source = new CachedRead.Source(() -> answer);

  private SlipstreamCache<String, String> cache(double beta) {
    return (SlipstreamCache<String, String>)
        caches.cache(builder -> builder.ticker(ticker).expireAfterWrite(TTL).earlyRefresh(beta));
  }

  /** The chance is exp(-left / (beta * load)); its deviation here is 0.0035 at most. */
  @ParameterizedTest
  @CsvSource({"1, 5", "1, 10", "1, 20", "2, 10", "0.5, 10", "1, 600"})
  void theChanceFallsExponentiallyWithTheTimeLeft(double beta, long secondsLeft) {
    SlipstreamCache<String, String> cache = cache(beta);
    CacheCore<String, String> core = cache.core;
    AgingValue<String> entry =
        new AgingValue<>(
            new Generation<>(core.config, 0, false), "v", ticker.read(), 0, LOAD.toNanos());
    core.l1().map().put("k", entry);
    ticker.advance(TTL.minusSeconds(secondsLeft));
    Refreshes<String, String> refreshes = new Refreshes<>(core, cache.flights);

    long early =
        IntStream.range(0, DRAWS)
            .filter(i -> refreshes.cause("k", entry) == FetchCause.EARLY)
            .count();
    assertThat((double) early / DRAWS)
        .isCloseTo(Math.exp(-secondsLeft / (beta * LOAD.toSeconds())), within(0.015));
  }

  @ParameterizedTest
  @EnumSource
  void throughEachEntryPointAHitStartsOneRefreshAndIsAHit(CachedRead read) {
    SlipstreamCache<String, String> cache = cache(ALWAYS);
    answer.complete("old");
    assertThat(cache.getOrFetch("k", source.async())).isCompletedWithValue("old");
    answer = new CompletableFuture<>();
    assertThat(read.ask(cache, source)).isEqualTo("old");
    Eventually.until("the refresh", () -> source.calls.get() == 2);
    assertThat(read.ask(cache, source)).isEqualTo("old");
    assertThat(source.calls).hasValue(2);

    answer.complete("new");
    Eventually.until("the end", () -> cache.stats().successCount() == 2);
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    assertThat(cache.stats().earlyRefreshCount()).isEqualTo(1);
    assertThat(cache.stats().refreshCount()).isZero();
    assertThat(cache.stats().staleCount()).isZero();
  }

  @Test
  void anEarlyHitIsAHit() {
    SlipstreamCache<String, String> cache = cache(ALWAYS);
    answer.complete("old");
    var unused = cache.getOrFetch("k", source.async());
    assertThat(cache.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.HIT);
    assertThat(cache.stats().earlyRefreshCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasPutOrRestoredIsNotRefreshedEarly(boolean restored) {
    SlipstreamCache<String, String> cache = cache(ALWAYS);
    cache.put("k", "v");
    if (restored) {
      cache.restore(cache.snapshot());
    }
    ticker.advance(TTL.minusNanos(1));
    assertThat(cache.getOrFetch("k", source.async())).isCompletedWithValue("v");
    assertThat(source.calls).hasValue(0);
  }

  @Test
  void anEarlyRefreshWaitsAfterAFailure() {
    SlipstreamCache<String, String> cache = cache(ALWAYS);
    answer.complete("old");
    var loaded = cache.getOrFetch("k", source.async());
    answer = CompletableFuture.failedFuture(new IllegalStateException("down"));
    var failing = cache.getOrFetch("k", source.async());
    var waiting = cache.getOrFetch("k", source.async());
    assertThat(source.calls).hasValue(2);
    ticker.advance(Duration.ofMillis(100));
    var again = cache.getOrFetch("k", source.async());
    assertThat(source.calls).hasValue(3);
  }

  @Test
  void anExpiryOfTheUsersOwnWillDo() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfter(Expiry.<String, String>creating((key, value) -> TTL))
                .earlyRefresh(ALWAYS)
                .build());
    answer.complete("old");
    var loaded = cache.getOrFetch("k", source.async());
    var hit = cache.getOrFetch("k", source.async());
    assertThat(source.calls).hasValue(2);
  }

  @Test
  void badSettingsAreRefusedByName() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CoalescingCache.builder().earlyRefresh(bad))
          .withMessageContaining("earlyRefresh must be more than 0 and finite, but is " + bad);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> CoalescingCache.builder().earlyRefresh(1).build())
        .withMessageContaining("earlyRefresh needs a time to live")
        .withMessageContaining("expireAfterWrite");
  }
}
