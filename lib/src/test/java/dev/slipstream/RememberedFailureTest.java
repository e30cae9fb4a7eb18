package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A failure that is remembered is what callers get, at once, until it is old or is cleared. */
class RememberedFailureTest {
  private static final Duration TTL = Duration.ofSeconds(5);
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
                    .executor(Runnable::run)
                    .continuationExecutor(Runnable::run)
                    .failureTtl(TTL)));
  }

  private FetchHandle<String> ask() {
    return cache.getOrFetch("k", source.async());
  }

  private void fail(CoalescingCache<String, String> cache) {
    assertThat(Eventually.failure(cache.getOrFetch("k", source.async()))).isSameAs(DOWN);
    assertThat(source.calls).hasValue(1);
  }

  @Test
  void untilItsTimeIsOverACallerGetsTheFailureAtOnce() {
    fail(cache);
    ticker.advance(TTL.minusNanos(1));
    FetchHandle<String> handle = ask();
    assertThat(Eventually.failure(handle)).isSameAs(DOWN);
    assertThat(handle.origin()).isEqualTo(Origin.HIT);
    assertThat(handle.fetchId()).isZero();
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().failureHitCount()).isEqualTo(1);
    assertThat(cache.stats().hitCount()).isEqualTo(1);
    assertThat(cache.stats().fetchCount()).isEqualTo(1);

    ticker.advance(Duration.ofNanos(1));
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  @Test
  void aBlockingCallerGetsAnExceptionOfItsOwn() {
    fail(cache);
    Throwable first = get();
    Throwable second = get();
    assertThat(first).isInstanceOf(FetchException.class).hasCause(DOWN).isNotSameAs(second);
    assertThat(source.calls).hasValue(1);
  }

  private Throwable get() {
    try {
      return new AssertionError("got " + cache.get("k", source.blocking()));
    } catch (FetchException e) {
      return e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void throughEachWayToAskNothingIsLoaded(CachedRead read) {
    fail(cache);
    try {
      assertThat(read.ask(cache, source)).isNull(); // of a prefetch
    } catch (RuntimeException | Error e) {
      assertThat(e).hasRootCause(DOWN);
    }
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().failureHitCount()).isEqualTo(1);
  }

  @Test
  void aBulkWithSuchAKeyFailsAtOnceAndAsksForNoOther() {
    fail(cache);
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("other", "k"), source.bulk());
    assertThat(Eventually.failure(all)).isSameAs(DOWN);
    assertThat(source.calls).hasValue(1);
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aContinuationRunsNowWithTheFailure() {
    fail(cache);
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.RAN_NOW);
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0)).isEqualTo(new Outcome.Failure<>(DOWN));
    assertThatThrownBy(() -> cache.onCompleteOrThrow("k", "d", outcomes::add))
        .isInstanceOf(AlreadyCompletedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "putAll", "invalidate", "invalidateAll", "map", "refresh"})
  void aWriteOrARefreshThatSucceedsClearsIt(String write) {
    fail(cache);
    writes().get(write).accept(cache);
    cache.asMap().remove("k");
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  private static Map<String, Consumer<CoalescingCache<String, String>>> writes() {
    return Map.of(
        "put", cache -> cache.put("k", "p"),
        "putAll", cache -> cache.putAll(Map.of("k", "p")),
        "invalidate", cache -> cache.invalidate("k"),
        "invalidateAll", CoalescingCache::invalidateAll,
        "map", cache -> cache.asMap().putIfAbsent("k", "p"),
        "refresh", cache -> assertThat(cache.refresh("k", key -> "r")).isCompletedWithValue("r"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefreshThatStoresNothingClearsItToo(boolean absent) {
    fail(cache);
    AsyncLoader<String, String> loader =
        (key, context) -> {
          context.doNotStore();
          return CompletableFuture.completedFuture(absent ? null : "unstored");
        };
    assertThat(cache.refresh("k", loader)).isCompleted();
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  @Test
  void aRestoreClearsIt() {
    fail(cache);
    CoalescingCache<String, String> other = caches.cache();
    other.put("k", "restored");
    cache.restore(other.snapshot());
    assertThat(ask()).isCompletedWithValue("restored");
  }

  @Test
  void aTimeoutIsRemembered() {
    CoalescingCache<String, String> timed = cache(b -> b.fetchTimeout(Duration.ofMillis(20)));
    answer = new CompletableFuture<>();
    assertThat(Eventually.failure(timed.getOrFetch("k", source.async())))
        .isInstanceOf(FetchTimeoutException.class);
    assertThat(timed.getOrFetch("k", source.async())).isCompletedExceptionally();
    assertThat(source.calls).hasValue(1);
  }

  @Test
  void anAbortIsNotRemembered() {
    answer = new CompletableFuture<>();
    FetchHandle<String> aborted = ask();
    assertThat(cache.abort("k", new Exception("operator"))).isTrue();
    assertThat(aborted).isCompletedExceptionally();
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  @Test
  void anAbandonedFetchIsNotRemembered() {
    answer = new CompletableFuture<>();
    assertThat(ask().cancel(true)).isTrue();
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  @Test
  void aRejectionIsNotRemembered() {
    CoalescingCache<String, String> rejecting =
        cache(
            builder ->
                CoalescingCache.builder()
                    .failureTtl(TTL)
                    .executor(
                        task -> {
                          throw new RejectedExecutionException("full");
                        }));
    assertThat(rejecting.getOrFetch("k", source.blocking())).isCompletedExceptionally();
    answer = CompletableFuture.completedFuture("v");
    assertThat(rejecting.getOrFetch("k", source.async())).isCompletedWithValue("v");
  }

  @Test
  void aRecursionIsNotRemembered() {
    AsyncLoader<String, String> recursive =
        (key, context) -> CompletableFuture.completedFuture(cache.get("k", source.blocking()));
    assertThat(Eventually.failure(cache.getOrFetch("k", recursive)))
        .isInstanceOf(RecursiveFetchException.class);
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  @Test
  void theFailureOfAFencedFetchIsNotRemembered() {
    answer = new CompletableFuture<>();
    FetchHandle<String> fenced = ask();
    cache.invalidate("k");
    answer.completeExceptionally(DOWN);
    assertThat(fenced).isCompletedExceptionally();
    answer = CompletableFuture.completedFuture("v");
    assertThat(ask()).isCompletedWithValue("v");
  }

  @Test
  void onlyFailuresThatThePredicateTakesAreRemembered() {
    CoalescingCache<String, String> choosy =
        cache(
            builder ->
                CoalescingCache.builder()
                    .failureTtl(TTL, failure -> failure instanceof IOException));
    answer = CompletableFuture.failedFuture(new IllegalStateException("other"));
    assertThat(choosy.getOrFetch("k", source.async())).isCompletedExceptionally();
    answer = CompletableFuture.failedFuture(DOWN);
    assertThat(choosy.getOrFetch("k", source.async())).isCompletedExceptionally();
    assertThat(choosy.getOrFetch("k", source.async())).isCompletedExceptionally();
    assertThat(source.calls).hasValue(2);
  }

  @Test
  void aPredicateThatThrowsIsANo() {
    CoalescingCache<String, String> broken =
        cache(
            builder ->
                CoalescingCache.builder()
                    .failureTtl(
                        TTL,
                        failure -> {
                          throw new IllegalStateException("broken");
                        }));
    assertThat(broken.getOrFetch("k", source.async())).isCompletedExceptionally();
    assertThat(broken.getOrFetch("k", source.async())).isCompletedExceptionally();
    assertThat(source.calls).hasValue(2);
    assertThat(log.warnings()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPredicateMayWriteToTheKeyWhoseLoadHasFailed(boolean timesOut) {
    AtomicReference<CoalescingCache<String, String>> written = new AtomicReference<>();
    CoalescingCache<String, String> writing =
        cache(
            builder ->
                CoalescingCache.builder()
                    .fetchTimeout(Duration.ofMillis(20))
                    .failureTtl(
                        TTL,
                        failure -> {
                          written.get().put("k", "written");
                          return true;
                        }));
    written.set(writing);
    answer = timesOut ? new CompletableFuture<>() : CompletableFuture.failedFuture(DOWN);
    assertThat(Eventually.failure(writing.getOrFetch("k", source.async()))).isNotNull();
    assertThat(writing.getIfPresent("k")).isEqualTo("written");
    assertThat(Eventually.value(writing.getOrFetch("k", source.async()))).isEqualTo("written");
  }

  @Test
  void anEntryThatIsCachedGoesBeforeTheFailureOfItsRefresh() {
    cache.put("k", "old");
    assertThat(cache.refresh("k", source.async())).isCompletedExceptionally();
    assertThat(ask()).isCompletedWithValue("old");
  }

  @Test
  void asManyAreKeptAsTheCacheMayHaveEntries() {
    CoalescingCache<String, String> small =
        cache(builder -> CoalescingCache.builder().maximumSize(10).failureTtl(TTL));
    for (int i = 0; i < 1_000; i++) {
      assertThat(small.getOrFetch("k" + i, source.async())).isCompletedExceptionally();
    }
    source.calls.set(0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(small.getOrFetch("k" + i, source.async())).isCompletedExceptionally();
    }
    assertThat(source.calls.get()).isGreaterThanOrEqualTo(900);
  }

  @Test
  void badSettingsAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CoalescingCache.builder().failureTtl(Duration.ZERO))
        .withMessageContaining("failureTtl");
    assertThatThrownBy(() -> CoalescingCache.builder().failureTtl(TTL).failureTtl(TTL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("failureTtl is set already");
  }
}
