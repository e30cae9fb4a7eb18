package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** After a refresh that failed the next one waits, longer each time. */
class BackoffTest {
  private static final Duration DUE = Duration.ofMinutes(1);
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration TICK = Duration.ofNanos(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();
  private final CoalescingCache<String, String> cache = cache(builder -> builder);
  private CompletableFuture<String> answer = new CompletableFuture<>();
  private final CachedRead.Source source = new CachedRead.Source(() -> answer);

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> more) {
    return caches.cache(
        builder -> more.apply(builder.ticker(ticker).expireAfterWrite(TTL).refreshAfterWrite(DUE)));
  }

  private FetchHandle<String> ask() {
    return cache.getOrFetch("k", source.async());
  }

  private void putAndWait(CoalescingCache<String, String> cache) {
    cache.put("k", "old");
    ticker.advance(DUE);
  }

  @Test
  void eachWaitIsTwiceTheOneBeforeUpToTheMostLessUpToHalfOfIt() {
    CoalescingCache<String, String> backingOff =
        cache(b -> b.failureBackoff(Duration.ofMillis(100), Duration.ofMillis(350)));
    putAndWait(backingOff);
    answer.completeExceptionally(new IllegalStateException("down"));
    for (long wait : new long[] {100, 200, 350, 350}) {
      int before = source.calls.get();
      backingOff.prefetch("k", source.async());
      assertThat(source.calls).as("the try after the wait").hasValue(before + 1);
      ticker.advance(Duration.ofMillis(wait / 2).minus(TICK));
      backingOff.prefetch("k", source.async());
      assertThat(source.calls).as("a try within half the wait").hasValue(before + 1);
      ticker.advance(Duration.ofMillis(wait - wait / 2).plus(TICK));
    }
  }

  @Test
  void aTimeoutOfTheRefreshCountsAsAFailureForTheWaitAndAnAbortDoesNot() {
    CoalescingCache<String, String> timed = cache(b -> b.fetchTimeout(Duration.ofMillis(50)));
    putAndWait(timed);
    timed.prefetch("k", source.async());
    Eventually.until("the timeout", () -> timed.stats().timeoutCount() == 1);
    timed.prefetch("k", source.async());
    assertThat(source.calls).hasValue(1);

    putAndWait(cache);
    answer = new CompletableFuture<>();
    cache.prefetch("k", source.async());
    assertThat(cache.abort("k", new Exception("operator"))).isTrue();
    answer = new CompletableFuture<>();
    cache.prefetch("k", source.async());
    assertThat(source.calls).hasValue(3);
    assertThat(cache.abort("k", new Exception("operator"))).isTrue();
  }

  @Test
  void aWriteEndsTheWait() {
    putAndWait(cache);
    answer.completeExceptionally(new IllegalStateException("down"));
    var first = ask();
    putAndWait(cache);
    var second = ask();
    assertThat(source.calls).hasValue(2);
  }

  @Test
  void aCalledRefreshIgnoresTheWait() {
    putAndWait(cache);
    answer.completeExceptionally(new IllegalStateException("down"));
    var failed = ask();
    answer = CompletableFuture.completedFuture("new");
    assertThat(cache.refresh("k", source.async())).isCompletedWithValue("new");
  }

  @Test
  void twoZerosLetEachCallTryAgain() {
    CoalescingCache<String, String> eager =
        cache(b -> b.failureBackoff(Duration.ZERO, Duration.ZERO));
    putAndWait(eager);
    answer.completeExceptionally(new IllegalStateException("down"));
    eager.prefetch("k", source.async());
    eager.prefetch("k", source.async());
    assertThat(source.calls).hasValue(2);
  }

  @Test
  void waitsAreDrawnEvenlyBetweenHalfAndTheWhole() {
    Backoff.Limits limits = new Backoff.Limits(1_000, 1_000_000);
    LongSummaryStatistics waits =
        LongStream.range(0, 10_000)
            .map(i -> Backoff.afterFailure(null, limits, 0, true).untilNanos())
            .summaryStatistics();
    assertThat(waits.getMin()).isBetween(500L, 510L);
    assertThat(waits.getMax()).isBetween(990L, 1_000L);
    assertThat(waits.getAverage()).isCloseTo(750, within(10.0)); // the deviation is 1.4
  }

  @Test
  void noNumberOfFailuresOverflowsTheWait() {
    Backoff.Limits limits = new Backoff.Limits(100, Long.MAX_VALUE / 2);
    for (int failures = 1; failures < 200; failures++) {
      assertThat(limits.wait(failures)).isBetween(100L, Long.MAX_VALUE / 2);
    }
    assertThat(limits.wait(200)).isEqualTo(Long.MAX_VALUE / 2);
    assertThat(new Backoff.Limits(0, 0).wait(5)).isZero();
  }
}
