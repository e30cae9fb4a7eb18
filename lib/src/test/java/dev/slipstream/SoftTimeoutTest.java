package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualTimer;
import dev.slipstream.watch.EventType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers of a slow fetch get the expired value, and the fetch goes on. */
class SoftTimeoutTest {
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final Duration SOFT = Duration.ofMillis(200);
  private static final Duration HARD = Duration.ofSeconds(5);
  private static final Duration NANO = Duration.ofNanos(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final FakeTicker ticker = new FakeTicker();
  private final ManualTimer timer = new ManualTimer();
  private final List<EventType> events = new CopyOnWriteArrayList<>();
  private final CoalescingCache<String, String> cache = cache(builder -> builder);
  private CompletableFuture<String> answer = new CompletableFuture<>();
  private final CachedRead.Source source = new CachedRead.Source(() -> answer);

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> more) {
    return caches.cache(
        builder ->
            more.apply(
                builder
                    .ticker(ticker)
                    .timer(timer)
                    .continuationExecutor(Runnable::run)
                    .expireAfterWrite(TTL)
                    .staleIfError(KEPT)
                    .softTimeout(SOFT)
                    .fetchTimeout(HARD)));
  }

  private FetchHandle<String> ask(CoalescingCache<String, String> cache) {
    return cache.getOrFetch("k", source.async());
  }

  private void putAndWait(CoalescingCache<String, String> cache) {
    cache.put("k", "old");
    ticker.advance(TTL);
  }

  @Test
  void callersGetTheExpiredValueAndTheFetchGoesOn() {
    putAndWait(cache);
    FetchHandle<String> starter = ask(cache);
    FetchHandle<String> joiner = ask(cache);
    timer.advance(SOFT.minus(NANO));
    assertThat(starter).isNotDone();
    timer.advance(NANO);
    assertThat(starter).isCompletedWithValue("old");
    assertThat(joiner).isCompletedWithValue("old");
    assertThat(starter.origin()).isEqualTo(Origin.STALE);
    assertThat(joiner.origin()).isEqualTo(Origin.STALE);
    assertThat(cache.stats().softTimeoutCount()).isEqualTo(1);
    assertThat(cache.stats().staleCount()).isEqualTo(2);
    assertThat(cache.stats().staleOnErrorCount()).isZero();

    answer.complete("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().successCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void laterCallersGetItAtOnceThroughEachWayToAsk(CachedRead read) {
    putAndWait(cache);
    FetchHandle<String> first = ask(cache);
    timer.advance(SOFT);
    assertThat(first).isCompletedWithValue("old");
    boolean prefetch = read == CachedRead.PREFETCH;
    assertThat(read.ask(cache, source)).isEqualTo(prefetch ? null : "old");
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().hitCount()).isEqualTo(1);
    assertThat(cache.stats().staleCount()).isEqualTo(2);
    answer.complete("new");
  }

  @Test
  void oneThatWouldOnlyJoinGetsItAtOnceToo() {
    putAndWait(cache);
    FetchHandle<String> first = ask(cache);
    timer.advance(SOFT);
    assertThat(first).isCompletedWithValue("old");
    assertThat(cache.joinIfInFlight("k")).isCompletedWithValue("old");
    answer.complete("new");
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  @Test
  void noLeaveAbandonsTheFetchAfterwards() {
    putAndWait(cache);
    FetchHandle<String> first = ask(cache);
    timer.advance(SOFT);
    FetchHandle<String> refresh = cache.refresh("k", source.async());
    assertThat(first.cancel(true)).isFalse();
    assertThat(refresh.cancel(true)).isTrue();
    assertThat(answer).isNotDone();
    answer.complete("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    assertThat(cache.stats().abandonedCount()).isZero();
  }

  @Test
  void aFetchWhoseLastCallerLeftBeforeIsAbandonedAsEver() {
    putAndWait(cache);
    FetchHandle<String> first = ask(cache);
    assertThat(first.cancel(true)).isTrue();
    assertThat(answer).isCancelled();
    timer.advance(SOFT);
    assertThat(cache.stats().abandonedCount()).isEqualTo(1);
    assertThat(cache.stats().softTimeoutCount()).isZero();
    assertThat(timer.waiting()).isZero();

    answer = new CompletableFuture<>();
    FetchHandle<String> next = ask(cache); // there is no backoff
    assertThat(next).isNotDone();
    assertThat(source.calls).hasValue(2);
    answer.complete("new");
    assertThat(next).isCompletedWithValue("new");
  }

  @Test
  void aRefreshWaitsForTheFetch() {
    putAndWait(cache);
    FetchHandle<String> refresh = cache.refresh("k", source.async());
    FetchHandle<String> joiner = ask(cache);
    timer.advance(SOFT);
    assertThat(joiner).isCompletedWithValue("old");
    assertThat(refresh).isNotDone();
    FetchHandle<String> later = cache.refresh("k", source.async());
    answer.complete("new");
    assertThat(refresh).isCompletedWithValue("new");
    assertThat(later).isCompletedWithValue("new");
    assertThat(refresh.origin()).isEqualTo(Origin.STARTED);
  }

  @Test
  void aBulksCallerGetsItWithTheOthers() {
    putAndWait(cache);
    cache.put("other", "cached");
    CompletableFuture<Map<String, String>> bulk =
        cache.getAllOrFetch(List.of("k", "other"), source.bulk());
    assertThat(bulk).isNotDone();
    timer.advance(SOFT);
    assertThat(bulk).isCompletedWithValue(Map.of("k", "old", "other", "cached"));
    answer.complete("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void whatDependsOnAHandleRuns() {
    putAndWait(cache);
    CompletableFuture<String> derived = ask(cache).thenApply(value -> value + "!");
    timer.advance(SOFT);
    assertThat(derived).isCompletedWithValue("old!");
    answer.complete("new");
  }

  @Test
  void withoutAnExpiredValueCallersWait() {
    FetchHandle<String> handle = ask(cache);
    timer.advance(SOFT.multipliedBy(2));
    assertThat(handle).isNotDone();
    answer.complete("new");
    assertThat(handle).isCompletedWithValue("new");
    assertThat(cache.stats().softTimeoutCount()).isZero();
  }

  @Test
  void aValueThatIsKeptNoLongerIsNotGiven() {
    putAndWait(cache);
    FetchHandle<String> handle = ask(cache);
    ticker.advance(KEPT);
    timer.advance(SOFT);
    assertThat(handle).isNotDone();
    FetchHandle<String> later = ask(cache);
    answer.complete("new");
    assertThat(handle).isCompletedWithValue("new");
    assertThat(later).isCompletedWithValue("new");
  }

  @ParameterizedTest
  @EnumSource
  void aWriteTakesTheExpiredValueAway(Write write) {
    putAndWait(cache);
    FetchHandle<String> handle = ask(cache);
    write.to(cache);
    timer.advance(SOFT);
    assertThat(handle).isNotDone();
    answer.complete("new");
    assertThat(handle).isCompletedWithValue("new");
  }

  @Test
  void theFetchTimeoutStillEndsIt() {
    putAndWait(cache);
    FetchHandle<String> handle = ask(cache);
    timer.advance(SOFT);
    FetchHandle<String> refresh = cache.refresh("k", source.async());
    timer.advance(HARD.minus(SOFT).minus(NANO));
    assertThat(refresh).isNotDone();
    timer.advance(NANO);
    assertThat(handle).isCompletedWithValue("old");
    assertThat(answer).isCancelled();
    assertThat(cache.stats().timeoutCount()).isEqualTo(1);
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void aFailureAfterwardsIsLoggedOnceAndStartsTheBackoff() {
    putAndWait(cache);
    FetchHandle<String> handle = ask(cache);
    timer.advance(SOFT);
    assertThat(handle).isCompletedWithValue("old");
    answer.completeExceptionally(new IOException("down"));
    assertThat(log.warnings()).hasSize(1);
    assertThat(ask(cache)).isCompletedWithValue("old");
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().staleOnErrorCount()).isEqualTo(1);
  }

  @Test
  void aContinuationGetsWhatTheFetchBrings() {
    putAndWait(cache);
    FetchHandle<String> handle = ask(cache);
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    handle.onComplete("by handle", outcomes::add);
    timer.advance(SOFT);
    assertThat(handle).isCompletedWithValue("old");
    assertThat(outcomes).isEmpty();
    answer.complete("new");
    assertThat(outcomes).containsExactly(new Outcome.Success<>("new"));
  }

  @Test
  void aMissThatJoinsABackgroundRefreshCountsFromItsStart() {
    CoalescingCache<String, String> refreshing =
        cache(builder -> builder.refreshAfterWrite(Duration.ofSeconds(30)));
    refreshing.put("k", "old");
    ticker.advance(Duration.ofSeconds(30));
    assertThat(ask(refreshing)).isCompletedWithValue("old");
    timer.advance(SOFT.minus(NANO));
    ticker.advance(Duration.ofSeconds(30));
    FetchHandle<String> miss = ask(refreshing);
    assertThat(miss).isNotDone();
    assertThat(miss.origin()).isEqualTo(Origin.JOINED);
    timer.advance(NANO);
    assertThat(miss).isCompletedWithValue("old");
    answer.complete("new");
  }

  @Test
  void aMissThatComesWhenABackgroundRefreshTakesTooLongGetsItAtOnce() {
    CoalescingCache<String, String> refreshing =
        cache(builder -> builder.refreshAfterWrite(Duration.ofSeconds(30)));
    refreshing.put("k", "old");
    ticker.advance(Duration.ofSeconds(30));
    assertThat(ask(refreshing)).isCompletedWithValue("old");
    timer.advance(SOFT);
    ticker.advance(Duration.ofSeconds(30));
    assertThat(ask(refreshing)).isCompletedWithValue("old");
    answer.complete("new");
    assertThat(refreshing.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void closeAndAbortStillEndTheFetch() {
    putAndWait(cache);
    FetchHandle<String> handle = ask(cache);
    timer.advance(SOFT);
    FetchHandle<String> refresh = cache.refresh("k", source.async());
    assertThat(cache.abort("k", new IOException("operator"))).isTrue();
    assertThat(handle).isCompletedWithValue("old");
    assertThat(Eventually.failure(refresh)).hasMessageContaining("operator");
  }

  @Test
  void itIsAnEventAndSeenInFlight() {
    CoalescingCache<String, String> observed =
        cache(builder -> builder.eventSink(event -> events.add(event.type())));
    putAndWait(observed);
    FetchHandle<String> handle = ask(observed);
    assertThat(observed.inFlight().get(0).phase()).isEqualTo(InFlight.Phase.LOADING);
    timer.advance(SOFT);
    assertThat(handle).isCompletedWithValue("old");
    assertThat(observed.inFlight().get(0).phase()).isEqualTo(InFlight.Phase.OVERDUE);
    assertThat(observed.inFlight().get(0).awaiters()).isZero();
    answer.complete("new");
    Eventually.until("the events", () -> events.contains(EventType.FETCHED));
    assertThat(events)
        .containsSubsequence(EventType.FETCH_STARTED, EventType.SOFT_TIMEOUT, EventType.FETCHED);
    assertThat(events).doesNotContain(EventType.CALLER_LEFT);
  }

  @Test
  void theBuilderRefusesWhatDoesNotFit() {
    assertThatThrownBy(() -> CoalescingCache.builder().softTimeout(SOFT).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("softTimeout")
        .hasMessageContaining("staleIfError");
    assertThatThrownBy(
            () ->
                CoalescingCache.builder()
                    .expireAfterWrite(TTL)
                    .staleIfError(KEPT)
                    .softTimeout(SOFT)
                    .fetchTimeout(SOFT)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("softTimeout must be less than fetchTimeout")
        .hasMessageContaining("PT0.2S");
    assertThatThrownBy(() -> CoalescingCache.builder().softTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("softTimeout");
    assertThatThrownBy(() -> CoalescingCache.builder().softTimeout(SOFT).softTimeout(SOFT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("softTimeout");
  }
}
