package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fetch that may not even wait is refused: what that means for its callers. */
class BulkheadRefusalTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();

  private CoalescingCache<String, String> cache(int running, int queued) {
    return cache(running, queued, builder -> builder);
  }

  private CoalescingCache<String, String> cache(
      int running, int queued, UnaryOperator<CoalescingCacheBuilder<Object, Object>> more) {
    return caches.cache(builder -> more.apply(builder.maxConcurrentFetches(running, queued)));
  }

  private FetchHandle<String> ask(CoalescingCache<String, String> cache, String key) {
    return cache.getOrFetch(key, loader.async());
  }

  @ParameterizedTest
  @EnumSource
  void pastThatItIsRefusedAtOnceWithBothNumbers(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = cache(1, 1);
    FetchHandle<String> running = ask(cache, "running");
    FetchHandle<String> queued = ask(cache, "queued");
    ControlledLoader<String> unused = new ControlledLoader<>();
    Throwable refusal = entryPoint.enter(cache, "k", unused).failure();
    assertThat(refusal)
        .isInstanceOf(FetchRejectedException.class)
        .hasMessageContaining("key k")
        .hasMessageContaining("1 fetches were running and 1 were waiting");
    assertThat(unused.starts()).isZero();
    assertThat(cache.stats().rejectedCount()).isEqualTo(1);
    assertThat(cache.stats().failureCount()).isEqualTo(1);
    loader.run().complete("v");
    loader.run(1).complete("w");
    assertThat(Eventually.value(running)).isEqualTo("v");
    assertThat(Eventually.value(queued)).isEqualTo("w");
  }

  @Test
  void anExpiredValueCoversTheRefusal() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache =
        cache(
            1,
            0,
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfterWrite(MINUTE)
                    .staleIfError(MINUTE)
                    .failureTtl(MINUTE));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    FetchHandle<String> running = ask(cache, "running");
    assertThat(ask(cache, "k")).isCompletedWithValue("old");
    assertThat(cache.stats().rejectedCount()).isEqualTo(1);
    assertThat(cache.stats().staleOnErrorCount()).isEqualTo(1);
    assertThat(ask(cache, "k")).as("in the backoff").isCompletedWithValue("old");
    assertThat(cache.stats().rejectedCount()).isEqualTo(1);
    loader.run().complete("v");
    assertThat(running).isCompletedWithValue("v");
  }

  @Test
  void aRefusalIsNotRemembered() {
    CoalescingCache<String, String> cache = cache(1, 0, builder -> builder.failureTtl(MINUTE));
    FetchHandle<String> running = ask(cache, "running");
    assertThat(Eventually.failure(ask(cache, "k"))).isInstanceOf(FetchRejectedException.class);
    loader.run().complete("v");
    assertThat(running).isCompletedWithValue("v");
    FetchHandle<String> again = ask(cache, "k");
    loader.run(1).complete("w");
    assertThat(again).isCompletedWithValue("w");
    assertThat(cache.stats().failureHitCount()).isZero();
  }

  @Test
  void aRefreshInTheBackgroundThatIsRefusedKeepsTheValue() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache =
        cache(1, 0, builder -> builder.ticker(ticker).refreshAfterWrite(MINUTE));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    FetchHandle<String> running = ask(cache, "running");
    assertThat(ask(cache, "k")).isCompletedWithValue("old");
    assertThat(cache.stats().rejectedCount()).isEqualTo(1);
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
    loader.run().complete("v");
    assertThat(running).isCompletedWithValue("v");
  }

  @Test
  void theBuilderRefusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> CoalescingCache.builder().maxConcurrentFetches(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxConcurrentFetches")
        .hasMessageContaining("0 and 1");
    assertThatThrownBy(() -> CoalescingCache.builder().maxConcurrentFetches(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 and -1");
    assertThatThrownBy(
            () -> CoalescingCache.builder().maxConcurrentFetches(1, 1).maxConcurrentFetches(2, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("maxConcurrentFetches");
  }
}
