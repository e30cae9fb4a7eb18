package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The counts: at rest, calls that fetch are hits, joins and fetches, and fetches are successes,
 * absents, failures, abandoned and timeouts. {@link LeakCheck} checks the second after every test.
 */
class StatsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  /** Checks hits, joins, fetches, successes, absents, failures, abandoned, timeouts, in order. */
  private static void counts(CoalescingCache<?, ?> cache, long... expected) {
    Eventually.passes(
        () -> {
          CacheStats stats = cache.stats();
          assertThat(
                  new long[] {
                    stats.hitCount(),
                    stats.joinCount(),
                    stats.fetchCount(),
                    stats.successCount(),
                    stats.absentCount(),
                    stats.failureCount(),
                    stats.abandonedCount(),
                    stats.timeoutCount()
                  })
              .as(stats.toString())
              .isEqualTo(expected);
        });
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aFetchAJoinAndASuccess(EntryPoint entryPoint) {
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", loader);
    loader.run().complete("v");

    assertThat(List.of(one.value(), two.value())).containsExactly("v", "v");
    counts(cache, 0, 1, 1, 1, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(value = EntryPoint.class, mode = EnumSource.Mode.EXCLUDE, names = "REFRESH")
  void aHit(EntryPoint entryPoint) {
    cache.put("k", "v");
    assertThat(entryPoint.enter(cache, "k", loader).value()).isEqualTo("v");

    counts(cache, 1, 0, 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void anAbsence(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().complete(null);

    assertThat(entry.value()).isNull();
    counts(cache, 0, 0, 1, 0, 1, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aFailure(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().fail(new IllegalStateException("down"));

    assertThat(entry.loaderFailure()).hasMessage("down");
    counts(cache, 0, 0, 1, 0, 0, 1, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void anAbandonedFetch(EntryPoint entryPoint) {
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", loader);
    one.leave();
    two.leave();

    counts(cache, 0, 1, 1, 0, 0, 0, 1, 0);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aTimeout(EntryPoint entryPoint) {
    CoalescingCache<String, String> bounded =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(30)));
    Entry<String> entry = entryPoint.enter(bounded, "k", loader);

    assertThat(entry.failure()).isInstanceOf(FetchTimeoutException.class);
    counts(bounded, 0, 0, 1, 0, 0, 0, 0, 1);
  }

  @Test
  void aCallersOwnTimeoutIsALeaveAndNoTimeout() {
    Loader<String, String> blocking = loader.blocking();
    Caller<String> caller = Caller.start(() -> cache.get("k", blocking, Duration.ofMillis(10)));

    assertThat(caller.failure()).isInstanceOf(FetchTimeoutException.class);
    counts(cache, 0, 0, 1, 0, 0, 0, 1, 0);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void anAbort(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    assertThat(cache.abort("k", new IllegalStateException("by hand"))).isTrue();

    assertThat(entry.failure()).hasRootCauseMessage("by hand");
    counts(cache, 0, 0, 1, 0, 0, 1, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aClose(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    cache.close();

    assertThat(entry.failure()).isInstanceOf(CacheClosedException.class);
    counts(cache, 0, 0, 1, 0, 0, 1, 0, 0);
  }

  @Test
  void aCacheSaysWhetherItCounts() {
    CoalescingCache<String, String> silent = caches.track(CoalescingCache.builder().build());

    assertThat(cache.isRecordingStats()).isTrue();
    assertThat(silent.isRecordingStats()).isFalse();
    silent.close();
    assertThat(silent.isRecordingStats()).isFalse();
  }

  @Test
  void anIdentityMismatchAndAFailedInsertAreFailures() {
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          throw new IllegalStateException("no");
        };
    CoalescingCache<String, String> strict =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .identity((String value) -> value)
                .onInsert(insert)
                .build());
    FetchHandle<String> mismatched =
        strict.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("other"));
    FetchHandle<String> refused =
        strict.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("k"));

    assertThat(Eventually.failure(mismatched)).isInstanceOf(IdentityMismatchException.class);
    assertThat(Eventually.failure(refused)).isInstanceOf(InsertFailedException.class);
    counts(strict, 0, 0, 2, 0, 0, 2, 0, 0);
  }

  @Test
  void aRejectionIsAFailure() {
    CoalescingCache<String, String> rejecting =
        caches.cache(
            builder ->
                builder.executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    assertThat(Eventually.failure(rejecting.getOrFetch("k", key -> "v")))
        .isInstanceOf(FetchRejectedException.class);

    counts(rejecting, 0, 0, 1, 0, 0, 1, 0, 0);
  }

  @Test
  void aBulkCountsOnceAKey() {
    cache.put("cached", "c");
    FetchHandle<String> flying = cache.getOrFetch("flying", loader.async());
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(
            List.of("cached", "flying", "a", "b", "missing", "a"),
            (keys, context) -> CompletableFuture.completedFuture(Map.of("a", "A", "b", "B")));
    loader.run().complete("f");

    assertThat(Eventually.value(future)).hasSize(4);
    assertThat(Eventually.value(flying)).isEqualTo("f");
    counts(cache, 1, 1, 4, 3, 1, 0, 0, 0);
  }

  @Test
  void aBulkThatFailsFailsOnceAKey() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(
            List.of("a", "b", "c"),
            (keys, context) -> {
              throw new IllegalStateException("down");
            });

    assertThat(Eventually.failure(future)).hasMessage("down");
    counts(cache, 0, 0, 3, 0, 0, 3, 0, 0);
  }

  @Test
  void prefetchCountsAsAFetchOrAJoinAndJoiningByNameAsAJoin() {
    cache.prefetch("k", loader.async());
    cache.prefetch("k", loader.async());
    FetchHandle<String> joined = cache.joinIfInFlight("k");
    assertThat(cache.joinIfInFlight("other")).isNull();
    loader.run().complete("v");

    assertThat(Eventually.value(joined)).isEqualTo("v");
    counts(cache, 0, 2, 1, 1, 0, 0, 0, 0);
  }

  @Test
  void refreshCountsAsAFetchOrAJoin() {
    cache.put("k", "old");
    FetchHandle<String> one = cache.refresh("k", loader.async());
    FetchHandle<String> two = cache.refresh("k", loader.async());
    loader.run().complete("new");

    assertThat(List.of(Eventually.value(one), Eventually.value(two))).containsOnly("new");
    counts(cache, 0, 1, 1, 1, 0, 0, 0, 0);
  }

  @Test
  void probesAndWritesCountAsNothing() {
    cache.put("k", "v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.getIfPresent("other")).isNull();
    assertThat(cache.getAllPresent(List.of("k", "other"))).hasSize(1);
    assertThat(cache.asMap().get("k")).isEqualTo("v");
    cache.invalidate("k");

    counts(cache, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void fencedCountsBesideTheOthers() {
    FetchHandle<String> succeeds = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    ControlledLoader<String> failing = new ControlledLoader<>();
    FetchHandle<String> fails = cache.getOrFetch("k", failing.async());
    cache.put("k", "v");
    loader.run().complete("late");
    failing.run().fail(new IllegalStateException("down"));

    assertThat(Eventually.value(succeeds)).isEqualTo("late");
    assertThat(Eventually.failure(fails)).hasMessage("down");
    counts(cache, 0, 0, 2, 1, 0, 1, 0, 0);
    assertThat(cache.stats().fencedCount()).isBetween(1L, 2L);
  }

  @Test
  void evictionsAndTimeAreCounted() {
    CoalescingCache<String, String> small = caches.cache(builder -> builder.maximumSize(1));
    for (String key : Arrays.asList("a", "b", "c")) {
      assertThat(small.get(key, k -> "v")).isEqualTo("v");
    }
    small.cleanUp();

    assertThat(small.stats().evictionCount()).isEqualTo(2);
    assertThat(small.stats().totalFetchNanos()).isPositive();
    assertThat(small.stats().staleCount()).isZero();
    assertThat(small.stats().toString()).contains("fetches=3", "evictions=2");
  }

  @Test
  void withoutRecordStatsThereAreNoCounts() {
    CoalescingCache<String, String> silent = caches.track(CoalescingCache.builder().build());
    assertThat(silent.get("k", key -> "v")).isEqualTo("v");
    assertThat(silent.get("k", key -> "v")).isEqualTo("v");

    counts(silent, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(silent.stats().totalFetchNanos()).isZero();
  }

  @Test
  void callsAreHitsJoinsAndFetchesUnderLoadToo() {
    int threads = 4;
    int callsEach = 2_000;
    List<Caller<Integer>> callers =
        IntStream.range(0, threads).mapToObj(i -> Caller.start(() -> churn(callsEach, i))).toList();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.value()).isEqualTo(callsEach));

    Eventually.passes(
        () -> {
          CacheStats stats = cache.stats();
          assertThat(stats.hitCount() + stats.joinCount() + stats.fetchCount())
              .as(stats.toString())
              .isEqualTo((long) threads * callsEach);
        });
  }

  /** Gets, leaves, and invalidates a few keys, over and over. */
  private int churn(int calls, int seed) {
    for (int i = 0; i < calls; i++) {
      String key = "k" + (i + seed) % 7;
      FetchHandle<String> handle =
          cache.getOrFetch(key, (k, context) -> CompletableFuture.supplyAsync(() -> "v", context));
      if (i % 3 == 0) {
        handle.cancel(true);
      } else {
        assertThat(Eventually.value(handle)).isEqualTo("v");
      }
      if (i % 5 == 0) {
        cache.invalidate(key);
      }
    }
    return calls;
  }
}
