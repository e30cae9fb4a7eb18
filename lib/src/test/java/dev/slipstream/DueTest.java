package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An entry that is due is served, and one fetch replaces it, for which nobody waits. */
class DueTest {
  private static final Duration DUE = Duration.ofMinutes(1);
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration TICK = Duration.ofNanos(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final FakeTicker ticker = new FakeTicker();
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
                    .executor(Runnable::run)
                    .expireAfterWrite(TTL)
                    .refreshAfterWrite(DUE)));
  }

  private FetchHandle<String> ask() {
    return cache.getOrFetch("k", source.async());
  }

  /** Puts a value and waits until it is due. */
  private void putAndWait(CoalescingCache<String, String> cache) {
    cache.put("k", "old");
    ticker.advance(DUE);
  }

  @Test
  void anEntryIsFreshUntilItsAgeReachesTheTime() {
    cache.put("k", "old");
    ticker.advance(DUE.minus(TICK));
    assertThat(ask().origin()).isEqualTo(Origin.HIT);
    assertThat(source.calls).hasValue(0);

    ticker.advance(TICK);
    assertThat(ask().origin()).isEqualTo(Origin.STALE);
    assertThat(source.calls).hasValue(1);
    answer.complete("new");
  }

  @Test
  void anEntryIsFreshUntilItsAgeReachesTheTimeWhereNothingExpires() {
    CoalescingCache<String, String> eternal =
        caches.cache(b -> b.ticker(ticker).refreshAfterWrite(DUE));
    eternal.put("k", "old");
    ticker.advance(DUE.minus(TICK));
    assertThat(eternal.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.HIT);
    ticker.advance(TICK);
    assertThat(eternal.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.STALE);
    answer.complete("new");
    assertThat(eternal.getIfPresent("k")).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource
  void throughEachEntryPointACallerGetsTheOldValueAndTheNextGetsTheNew(CachedRead read) {
    putAndWait(cache);
    answer.complete("new");
    assertThat(read.ask(cache, source)).isEqualTo("old");
    Eventually.until("the refresh", () -> cache.stats().successCount() == 1);
    assertThat(source.olds).isEqualTo(read.reloads() ? Map.of("k", "old") : Map.of());

    assertThat(read.ask(cache, source)).isEqualTo("new");
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().refreshCount()).isEqualTo(1);
    assertThat(cache.stats().fetchCount()).isEqualTo(1);
    assertThat(cache.stats().staleCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void throughEachEntryPointALoaderThatThrowsAtOnceDoesNotReachTheCaller(CachedRead read) {
    putAndWait(cache);
    CachedRead.Source throwing =
        new CachedRead.Source(
            () -> {
              throw new IllegalStateException("down");
            });
    assertThat(read.ask(cache, throwing)).isEqualTo("old");
    Eventually.until("the failure", () -> cache.stats().failureCount() == 1);
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
  }

  @Test
  void readsThatDoNotFetchStartNothing() {
    putAndWait(cache);
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
    assertThat(cache.asMap()).containsEntry("k", "old");
    assertThat(cache.getAllPresent(List.of("k"))).containsEntry("k", "old");
    assertThat(cache.snapshot().entries()).hasSize(1);
    assertThat(cache.joinIfInFlight("k")).isNull();
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void whileARefreshRunsCallersGetTheOldValueAndStartNoOther() {
    putAndWait(cache);
    for (int i = 0; i < 5; i++) {
      FetchHandle<String> handle = ask();
      assertThat(handle).isCompletedWithValue("old");
      assertThat(handle.origin()).isEqualTo(Origin.STALE);
    }
    assertThat(source.calls).hasValue(1);
    assertThat(cache.stats().staleCount()).isEqualTo(5);
    assertThat(cache.stats().hitCount()).isEqualTo(5);

    answer.complete("new");
    assertThat(ask().origin()).isEqualTo(Origin.HIT);
  }

  @Test
  void aCalledRefreshJoinsTheOneInTheBackgroundAndItsLeaveDoesNotAbandonThat() {
    putAndWait(cache);
    var unused = ask();
    FetchHandle<String> joined = cache.refresh("k", source.async());
    assertThat(joined.origin()).isEqualTo(Origin.JOINED);
    assertThat(joined.cancel(false)).isTrue();
    assertThat(answer).isNotDone();
    answer.complete("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void aMissAfterTheExpiryJoinsTheRefreshInTheBackground() {
    putAndWait(cache);
    var unused = ask();
    ticker.advance(TTL);
    FetchHandle<String> handle = ask();
    assertThat(handle.origin()).isEqualTo(Origin.JOINED);
    answer.complete("new");
    assertThat(handle).isCompletedWithValue("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void aCalledRefreshReloadsWhatIsCachedAndLoadsWhatIsNot() {
    answer.complete("new");
    assertThat(cache.refresh("k", source.async())).isCompletedWithValue("new");
    assertThat(source.olds).isEmpty();
    assertThat(cache.refresh("k", source.blocking())).isCompletedWithValue("new");
    assertThat(source.olds).containsExactly(Map.entry("k", "new"));
    assertThat(cache.stats().refreshCount()).isZero();
  }

  @Test
  void whatIsNotModifiedIsStoredAsIfItWasNewAndListenersAreNotNotified() {
    List<String> removed = new CopyOnWriteArrayList<>();
    List<String> changes = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> observed =
        cache(
            builder ->
                builder
                    .continuationExecutor(Runnable::run)
                    .eventJournal(16)
                    .removalListener((key, value, cause) -> removed.add(value + " " + cause)));
    String same = new String("same");
    observed.put("k", same);
    observed.onStateChanged((key, before, after) -> changes.add(before + " to " + after));
    ticker.advance(DUE);
    answer.complete(same);
    assertThat(observed.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.STALE);

    ticker.advance(DUE.minus(TICK));
    assertThat(observed.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.HIT);
    assertThat(source.calls).hasValue(1);
    assertThat(removed).isEmpty();
    assertThat(changes).isEmpty();
    assertThat(types(observed)).endsWith(EventType.DUE, EventType.REFRESHED);

    ticker.advance(TTL);
    observed.cleanUp();
    Eventually.passes(() -> assertThat(removed).containsExactly("same EXPIRED"));
  }

  private static List<EventType> types(CoalescingCache<String, String> cache) {
    List<EventType> types = new ArrayList<>();
    try (var cursor = cache.events().cursor(1)) {
      for (long i = 0; i < cache.events().lastSequence(); i++) {
        for (CacheEvent<String, String> event :
            cursor.pullBatch(1, Duration.ofSeconds(Eventually.SECONDS)).items()) {
          types.add(event.type());
        }
      }
    } catch (InterruptedException | dev.slipstream.canal.CanalClosedException e) {
      throw new AssertionError(e);
    }
    return types;
  }

  @Test
  void anInsertCallbackThatKeepsTheOldInstanceRenewsItToo() {
    CoalescingCache<String, String> kept =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .executor(Runnable::run)
                .refreshAfterWrite(DUE)
                .onInsert(InsertCallback.<String, String>keepExisting())
                .build());
    kept.put("k", "old");
    ticker.advance(DUE);
    answer.complete("new");
    assertThat(kept.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.STALE);
    assertThat(kept.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.HIT);
    assertThat(kept.getIfPresent("k")).isEqualTo("old");
  }

  @Test
  void aRefreshThatFindsNothingRemovesTheEntry() {
    putAndWait(cache);
    answer.complete(null);
    assertThat(ask()).isCompletedWithValue("old");
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.stats().absentCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "invalidate", "invalidateAll", "map", "restore"})
  void aWriteMeanwhileKeepsTheRefreshOut(String write) {
    putAndWait(cache);
    var unused = ask();
    writes().get(write).accept(cache);
    String written = cache.getIfPresent("k");
    answer.complete("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(written);
  }

  private static Map<String, Consumer<CoalescingCache<String, String>>> writes() {
    return Map.of(
        "put", cache -> cache.put("k", "put"),
        "invalidate", cache -> cache.invalidate("k"),
        "invalidateAll", CoalescingCache::invalidateAll,
        "map", cache -> cache.asMap().replace("k", "replaced"),
        "restore", cache -> cache.restore(cache.snapshot()));
  }

  @Test
  void aFailureKeepsTheOldValueAndIsLoggedOnceAndTheNextTryWaits() {
    putAndWait(cache);
    answer.completeExceptionally(new IllegalStateException("down"));
    for (int i = 0; i < 10; i++) {
      assertThat(ask()).isCompletedWithValue("old");
    }
    assertThat(source.calls).hasValue(1);
    assertThat(log.warnings()).hasSize(1);
    assertThat(cache.stats().staleCount()).isEqualTo(10);
  }

  @Test
  void closeEndsARefreshInTheBackground() {
    putAndWait(cache);
    var unused = ask();
    cache.close();
    assertThat(answer).isCancelled();
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void aLoaderMayAskForItsOwnDueKey() {
    putAndWait(cache);
    List<Origin> inside = new ArrayList<>();
    AsyncLoader<String, String> recursive =
        (key, context) -> {
          inside.add(ask().origin());
          return CompletableFuture.completedFuture("new");
        };
    assertThat(cache.getOrFetch("k", recursive)).isCompletedWithValue("old");
    assertThat(inside).containsExactly(Origin.STALE);
    assertThat(source.calls).hasValue(0);
  }

  @Test
  void aBulkLoadsItsDueKeysTogetherAndWaitsOnlyForTheMissing() {
    cache.put("a", "old");
    cache.put("b", "old");
    ticker.advance(DUE);
    cache.put("fresh", "young");
    CompletableFuture<Map<String, String>> due = new CompletableFuture<>();
    List<List<String>> asked = new ArrayList<>();
    BulkLoader<String, String> loader =
        (keys, context) -> {
          asked.add(keys.stream().sorted().map(String.class::cast).toList());
          return keys.contains("missing")
              ? CompletableFuture.completedFuture(Map.of("missing", "loaded"))
              : due;
        };
    assertThat(cache.getAllOrFetch(List.of("a", "b", "fresh", "missing"), loader))
        .isCompletedWithValue(
            Map.of("a", "old", "b", "old", "fresh", "young", "missing", "loaded"));
    assertThat(asked).containsExactly(List.of("missing"), List.of("a", "b"));
    due.complete(Map.of("a", "new", "b", "new"));
    assertThat(cache.asMap()).containsEntry("a", "new").containsEntry("b", "new");
    assertThat(cache.stats().refreshCount()).isEqualTo(2);
  }

  @Test
  void aBulkLoadOfDueKeysMayAskForTheKeyWhoseLoaderReadThem() {
    putAndWait(cache);
    List<Origin> inside = new ArrayList<>();
    BulkLoader<String, String> bulk =
        (keys, context) -> {
          inside.add(cache.getOrFetch("outer", source.async()).origin());
          return CompletableFuture.completedFuture(Map.of("k", "new"));
        };
    AsyncLoader<String, String> outer =
        (key, context) -> cache.getAllOrFetch(List.of("k"), bulk).thenApply(all -> all.get("k"));
    FetchHandle<String> handle = cache.getOrFetch("outer", outer);
    assertThat(handle).isCompletedWithValue("old");
    assertThat(inside).containsExactly(Origin.JOINED);
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void aLoadingCacheReloadsWithItsOwnLoader() {
    LoadingCoalescingCache<String, String> loading =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .executor(Runnable::run)
                .refreshAfterWrite(DUE)
                .build(source.blocking()));
    loading.put("k", "old");
    ticker.advance(DUE);
    answer.complete("new");
    assertThat(loading.get("k")).isEqualTo("old");
    assertThat(loading.get("k")).isEqualTo("new");
    assertThat(source.olds).containsEntry("k", "old");
  }

  @Test
  void aSpecificationMaySetIt() {
    CoalescingCache<String, String> specified =
        caches.track(
            CoalescingCacheBuilder.from("refreshAfterWrite=1m,expireAfterWrite=10m")
                .ticker(ticker)
                .build());
    specified.put("k", "old");
    ticker.advance(DUE);
    assertThat(specified.getOrFetch("k", source.async()).origin()).isEqualTo(Origin.STALE);
    answer.complete("new");
  }
}
