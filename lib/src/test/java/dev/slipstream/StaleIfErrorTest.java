package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value that has expired is what callers get whose fetch fails, and only they. */
class StaleIfErrorTest {
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);
  private static final IOException DOWN = new IOException("down");

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final FakeTicker ticker = new FakeTicker();
  private final CoalescingCache<String, String> cache = cache(builder -> builder);
  private CompletableFuture<String> answer = CompletableFuture.failedFuture(DOWN);
  private final CachedRead.Source source = new CachedRead.Source(() -> answer);

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> more) {
    return caches.cache(
        builder ->
            more.apply(
                builder
                    .ticker(ticker)
                    .continuationExecutor(Runnable::run)
                    .expireAfterWrite(TTL)
                    .staleIfError(KEPT)));
  }

  private FetchHandle<String> ask(CoalescingCache<String, String> cache) {
    return cache.getOrFetch("k", source.async());
  }

  /** Puts a value and waits until it has expired. */
  private void putAndWait(CoalescingCache<String, String> cache) {
    cache.put("k", "old");
    ticker.advance(TTL);
  }

  @Test
  void aCallerWhoseFetchFailsGetsTheValue() {
    putAndWait(cache);
    answer = new CompletableFuture<>();
    FetchHandle<String> starter = ask(cache);
    FetchHandle<String> joiner = ask(cache);
    assertThat(starter.origin()).isEqualTo(Origin.STARTED);
    assertThat(joiner.origin()).isEqualTo(Origin.JOINED);
    answer.completeExceptionally(DOWN);

    assertThat(starter).isCompletedWithValue("old");
    assertThat(joiner).isCompletedWithValue("old");
    assertThat(starter.origin()).isEqualTo(Origin.STALE);
    assertThat(joiner.origin()).isEqualTo(Origin.STALE);
    CacheStats stats = cache.stats();
    assertThat(stats.failureCount()).isEqualTo(1);
    assertThat(stats.staleOnErrorCount()).isEqualTo(2);
    assertThat(stats.staleCount()).isEqualTo(2);
    assertThat(stats.hitCount()).isZero();
  }

  @Test
  void aCallerWhoseFetchSucceedsGetsWhatItBrought() {
    putAndWait(cache);
    answer = CompletableFuture.completedFuture("new");
    FetchHandle<String> handle = ask(cache);
    assertThat(handle).isCompletedWithValue("new");
    assertThat(handle.origin()).isEqualTo(Origin.STARTED);
    assertThat(source.olds).as("a retained key is loaded, not reloaded").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void throughEachWayToAskItIsServedWithTheFailureAndThenAtOnce(CachedRead read) {
    putAndWait(cache);
    boolean prefetch = read == CachedRead.PREFETCH;
    assertThat(read.ask(cache, source)).isEqualTo(prefetch ? null : "old");
    Eventually.until("the failure", () -> cache.stats().failureCount() == 1);
    assertThat(read.ask(cache, source)).isEqualTo(prefetch ? null : "old");
    assertThat(source.calls).hasValue(1);
    long served = prefetch ? 1 : 2; // counted once the caller has it
    Eventually.until("the counts", () -> cache.stats().staleOnErrorCount() == served);
    assertThat(cache.stats().hitCount()).isEqualTo(1);
  }

  @Test
  void nothingElseSeesIt() {
    putAndWait(cache);
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.asMap()).isEmpty();
    assertThat(cache.getAllPresent(List.of("k"))).isEmpty();
    assertThat(cache.snapshot().entries()).isEmpty();
    assertThat(ask(cache)).isCompletedWithValue("old");
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aContinuationGetsTheFailure() {
    putAndWait(cache);
    answer = new CompletableFuture<>();
    FetchHandle<String> handle = ask(cache);
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    cache.onComplete("k", "by key", outcomes::add);
    handle.onComplete("by handle", outcomes::add);
    answer.completeExceptionally(DOWN);
    assertThat(handle).isCompletedWithValue("old");
    assertThat(outcomes)
        .containsExactlyInAnyOrder(new Outcome.Failure<>(DOWN), new Outcome.Failure<>(DOWN));
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void aFailureThatNothingGotIsLoggedOnce() {
    putAndWait(cache);
    for (int i = 0; i < 3; i++) {
      assertThat(ask(cache)).isCompletedWithValue("old");
    }
    assertThat(log.warnings()).hasSize(1);
  }

  @Test
  void itIsKeptFromItsExpiryOnAndNoLonger() {
    putAndWait(cache);
    ticker.advance(KEPT.minusNanos(1));
    assertThat(ask(cache)).isCompletedWithValue("old");
    ticker.advance(Duration.ofNanos(1));
    assertThat(Eventually.failure(ask(cache))).isSameAs(DOWN);
  }

  @Test
  void readsProlongTheEntryAndNotItsRetention() {
    CoalescingCache<String, String> accessed =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfterAccess(TTL)
                .staleIfError(KEPT)
                .build());
    accessed.put("k", "old");
    ticker.advance(TTL.minusNanos(1));
    assertThat(accessed.getIfPresent("k")).isEqualTo("old");
    ticker.advance(TTL.plus(KEPT).minusNanos(1));
    assertThat(accessed.getOrFetch("k", source.async())).isCompletedWithValue("old");
    ticker.advance(Duration.ofNanos(1));
    assertThat(Eventually.failure(accessed.getOrFetch("k", source.async()))).isSameAs(DOWN);
  }

  @Test
  void anExpiryOfTheUsersOwnCountsToo() {
    CoalescingCache<String, String> own =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfter(Expiry.<String, String>creating((key, value) -> TTL))
                .staleIfError(KEPT)
                .build());
    own.put("k", "old");
    ticker.advance(TTL.plus(KEPT).minusNanos(1));
    assertThat(own.getOrFetch("k", source.async())).isCompletedWithValue("old");
  }

  @Test
  void aTimeToLiveOfTheLoadCountsToo() {
    FetchHandle<String> loaded =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.expireAfter(Duration.ofSeconds(1));
              return CompletableFuture.completedFuture("old");
            });
    assertThat(loaded).isCompletedWithValue("old");
    ticker.advance(KEPT);
    assertThat(ask(cache)).isCompletedWithValue("old");
    ticker.advance(Duration.ofSeconds(1).plus(MAX_WAIT));
    assertThat(Eventually.failure(ask(cache))).isSameAs(DOWN);
  }

  @Test
  void aRestoredEntryIsKeptFromItsOwnExpiryOn() {
    cache.put("k", "old");
    CoalescingCache<String, String> other = cache(builder -> builder);
    ticker.advance(TTL.dividedBy(2));
    other.restore(cache.snapshot());
    ticker.advance(TTL.dividedBy(2));
    assertThat(other.getIfPresent("k")).isNull();
    ticker.advance(KEPT.minusSeconds(1));
    assertThat(ask(other)).isCompletedWithValue("old");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put",
        "invalidate",
        "invalidateAll",
        "invalidateAll(keys)",
        "map",
        "restore",
        "absent"
      })
  void aWriteRemovesIt(String write) {
    putAndWait(cache);
    assertThat(ask(cache)).isCompletedWithValue("old");
    writes().get(write).accept(cache);
    cache.asMap().remove("k");
    assertThat(Eventually.failure(ask(cache))).isSameAs(DOWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "invalidate", "invalidateAll", "invalidateAll(keys)", "restore"})
  void aWriteRemovesWhatHasExpiredUnseen(String write) {
    putAndWait(cache);
    writes().get(write).accept(cache);
    cache.asMap().remove("k");
    assertThat(Eventually.failure(ask(cache))).isSameAs(DOWN);
  }

  private static Map<String, Consumer<CoalescingCache<String, String>>> writes() {
    return Map.of(
        "put", cache -> cache.put("k", "p"),
        "invalidate", cache -> cache.invalidate("k"),
        "invalidateAll", CoalescingCache::invalidateAll,
        "invalidateAll(keys)", cache -> cache.invalidateAll(List.of("k")),
        "map", cache -> cache.asMap().putIfAbsent("k", "p"),
        "restore", cache -> cache.restore(cache.snapshot()),
        "absent", cache -> assertThat(cache.refresh("k", key -> null).join()).isNull());
  }

  @Test
  void aLoadThatIsNotToBeStoredLeavesIt() {
    putAndWait(cache);
    FetchHandle<String> unstored =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.doNotStore();
              return CompletableFuture.completedFuture("unstored");
            });
    assertThat(unstored).isCompletedWithValue("unstored");
    assertThat(ask(cache)).isCompletedWithValue("old");
  }

  @Test
  void aWriteDuringTheFetchLeavesItsCallersTheFailure() {
    putAndWait(cache);
    answer = new CompletableFuture<>();
    FetchHandle<String> handle = ask(cache);
    cache.invalidate("k");
    answer.completeExceptionally(DOWN);
    assertThat(Eventually.failure(handle)).isSameAs(DOWN);
  }

  @Test
  void afterTheBackoffTheKeyIsFetchedAgain() {
    putAndWait(cache);
    assertThat(ask(cache)).isCompletedWithValue("old");
    answer = CompletableFuture.completedFuture("new");
    assertThat(ask(cache)).isCompletedWithValue("old");
    ticker.advance(Duration.ofMillis(100));
    assertThat(ask(cache)).isCompletedWithValue("new");
    assertThat(source.calls).hasValue(2);
  }

  @Test
  void itGoesBeforeARememberedFailure() {
    CoalescingCache<String, String> both = cache(builder -> builder.failureTtl(KEPT));
    putAndWait(both);
    assertThat(ask(both)).isCompletedWithValue("old");
    ticker.advance(MAX_WAIT);
    assertThat(ask(both)).isCompletedWithValue("old");
    assertThat(source.calls).hasValue(2);
    assertThat(both.stats().failureHitCount()).isZero();
  }

  @Test
  void aTimeoutIsCovered() {
    CoalescingCache<String, String> timed =
        cache(builder -> builder.fetchTimeout(Duration.ofMillis(20)));
    putAndWait(timed);
    answer = new CompletableFuture<>();
    assertThat(Eventually.value(ask(timed))).isEqualTo("old");
    assertThat(timed.stats().timeoutCount()).isEqualTo(1);
  }

  @Test
  void aRejectionIsCovered() {
    CoalescingCache<String, String> rejecting =
        cache(
            builder ->
                builder.executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    putAndWait(rejecting);
    assertThat(rejecting.getOrFetch("k", source.blocking())).isCompletedWithValue("old");
  }

  @Test
  void anotherCachesCloseIsALoadersFailure() {
    CoalescingCache<String, String> other = caches.cache();
    other.close();
    putAndWait(cache);
    assertThat(cache.get("k", key -> other.get(key, k -> "v"))).isEqualTo("old");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abort", "close"})
  void anAbortAndACloseAreNotCovered(String end) {
    putAndWait(cache);
    answer = new CompletableFuture<>();
    FetchHandle<String> handle = ask(cache);
    if (end.equals("abort")) {
      assertThat(cache.abort("k", new Exception("operator"))).isTrue();
    } else {
      cache.close();
    }
    assertThat(handle).isCompletedExceptionally();
  }

  @Test
  void aRecursionIsNotCovered() {
    putAndWait(cache);
    AsyncLoader<String, String> recursive =
        (key, context) -> CompletableFuture.completedFuture(cache.get("k", source.blocking()));
    assertThat(Eventually.failure(cache.getOrFetch("k", recursive)))
        .isInstanceOf(RecursiveFetchException.class);
  }

  @Test
  void whatTheIdentityCheckRefusesIsNotCovered() {
    CoalescingCache<String, String> checked =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfterWrite(TTL)
                .staleIfError(KEPT)
                .identity((String value) -> "k")
                .build());
    checked.put("other", "old");
    ticker.advance(TTL);
    assertThat(
            Eventually.failure(
                checked.getOrFetch(
                    "other", (key, context) -> CompletableFuture.completedFuture("v"))))
        .isInstanceOf(IdentityMismatchException.class);
  }

  @Test
  void whatAnotherCachesIdentityCheckRefusesIsALoadersFailure() {
    CoalescingCache<String, String> other =
        caches.track(CoalescingCache.builder().identity((String value) -> value).build());
    putAndWait(cache);
    assertThat(cache.get("k", key -> other.get("other", k -> "v"))).isEqualTo("old");
  }

  @Test
  void onlyFailuresThatThePredicateTakesAreCovered() {
    CoalescingCache<String, String> choosy =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfterWrite(TTL)
                .staleIfError(
                    KEPT,
                    failure -> {
                      if (failure instanceof IOException) {
                        return true;
                      }
                      throw new IllegalArgumentException("unexpected");
                    })
                .build());
    choosy.put("k", "old");
    ticker.advance(TTL);
    IllegalStateException other = new IllegalStateException("other");
    answer = CompletableFuture.failedFuture(other);
    assertThat(Eventually.failure(choosy.getOrFetch("k", source.async()))).isSameAs(other);
    answer = CompletableFuture.failedFuture(DOWN);
    assertThat(choosy.getOrFetch("k", source.async())).isCompletedWithValue("old");
  }

  @Test
  void listenersAreNotifiedOnceWhenItExpiresAndNotWhenItsRetentionEnds() {
    List<String> removed = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> observed =
        cache(
            builder ->
                builder.removalListener((key, value, cause) -> removed.add(value + " " + cause)));
    putAndWait(observed);
    assertThat(ask(observed)).isCompletedWithValue("old");
    ticker.advance(KEPT);
    observed.cleanUp();
    assertThat(Eventually.failure(ask(observed))).isSameAs(DOWN);
    assertThat(removed).containsExactly("old EXPIRED");
    assertThat(observed.stats().evictionCount()).isEqualTo(1);
  }

  @Test
  void asManyAreKeptAsTheCacheMayHaveEntries() {
    CoalescingCache<String, String> small =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .maximumSize(10)
                .expireAfterWrite(TTL)
                .staleIfError(KEPT)
                .failureBackoff(Duration.ZERO, Duration.ZERO)
                .build());
    for (int i = 0; i < 1_000; i++) {
      small.put("k" + i, "v");
      if (i % 10 == 9) {
        ticker.advance(TTL.plusSeconds(2));
        small.cleanUp();
      }
      ticker.advance(Duration.ofNanos(1));
    }
    long served =
        IntStream.range(0, 1_000)
            .filter(i -> !small.getOrFetch("k" + i, source.async()).isCompletedExceptionally())
            .count();
    assertThat(served).isBetween(1L, 10L);
  }
}
