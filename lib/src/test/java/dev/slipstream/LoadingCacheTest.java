package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caches that know how to load: each method without a loader is the one with the cache's own. */
class LoadingCacheTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ControlledLoader<String> bulk = new ControlledLoader<>();

  /** What the cache is built with. */
  enum Kind {
    ASYNC {
      @Override
      LoadingCoalescingCache<String, String> build(
          ControlledLoader<String> loader, ControlledLoader<String> bulk) {
        return CoalescingCache.builder().recordStats().build(loader.async());
      }
    },
    BLOCKING {
      @Override
      LoadingCoalescingCache<String, String> build(
          ControlledLoader<String> loader, ControlledLoader<String> bulk) {
        return CoalescingCache.builder().recordStats().build(loader.blocking());
      }
    },
    BULK {
      @Override
      LoadingCoalescingCache<String, String> build(
          ControlledLoader<String> loader, ControlledLoader<String> bulk) {
        return CoalescingCache.builder().recordStats().build(loader.async(), bulk.bulk());
      }
    };

    abstract LoadingCoalescingCache<String, String> build(
        ControlledLoader<String> loader, ControlledLoader<String> bulk);
  }

  private LoadingCoalescingCache<String, String> cache(Kind kind) {
    return caches.track(kind.build(loader, bulk));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void allItsEntryPointsShareOneFlight(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    FetchHandle<String> started = cache.getOrFetch("k");
    FetchHandle<String> refreshed = cache.refresh("k");
    CompletableFuture<Map<String, String>> several = cache.getAllOrFetch(List.of("k"));
    Caller<String> blocked = Caller.start(() -> cache.get("k"));
    Caller<String> patient = Caller.start(() -> cache.get("k", Duration.ofSeconds(30)));
    cache.prefetch("k");
    FetchHandle<String> withItsOwnLoader = cache.getOrFetch("k", key -> "never");
    Eventually.until("all are in", () -> EntryPoint.awaiters(cache, "k") == 6);
    assertThat(started.origin()).isEqualTo(Origin.STARTED);
    assertThat(refreshed.origin()).isEqualTo(Origin.JOINED);

    loader.run().complete("v");

    assertThat(Eventually.value(started)).isEqualTo("v");
    assertThat(Eventually.value(refreshed)).isEqualTo("v");
    assertThat(Eventually.value(several)).isEqualTo(Map.of("k", "v"));
    assertThat(blocked.value()).isEqualTo("v");
    assertThat(patient.value()).isEqualTo("v");
    assertThat(Eventually.value(withItsOwnLoader)).isEqualTo("v");
    assertThat(loader.starts()).isEqualTo(1);
    assertThat(bulk.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aCachedKeyIsAHit(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.put("k", "cached");

    assertThat(cache.getOrFetch("k").origin()).isEqualTo(Origin.HIT);
    assertThat(cache.get("k")).isEqualTo("cached");
    assertThat(cache.get("k", Duration.ZERO)).isEqualTo("cached");
    assertThat(cache.getAllOrFetch(List.of("k"))).isCompletedWithValue(Map.of("k", "cached"));
    cache.prefetch("k");

    assertThat(loader.starts() + bulk.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void refreshFetchesAnew(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k");
    assertThat(cache.get("k")).isEqualTo("old");

    loader.run().complete("new");

    assertThat(Eventually.value(refreshed)).isEqualTo("new");
    assertThat(cache.get("k")).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"ASYNC", "BLOCKING"})
  void withoutABulkLoaderSeveralKeysAreFetchedOneByOne(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.put("cached", "c");
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("b", "cached", "a", "b"));
    Eventually.until("both run", () -> loader.starts() == 2);
    for (int i = 0; i < 2; i++) {
      ControlledLoader.Run<String> run = loader.run(i);
      run.complete(run.keys.contains("a") ? "A" : "B");
    }

    Map<String, String> result = Eventually.value(future);
    assertThat(result.keySet()).containsExactly("b", "cached", "a");
    assertThat(result).isEqualTo(Map.of("a", "A", "b", "B", "cached", "c"));
    assertThat(loader.starts()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"ASYNC", "BLOCKING"})
  void keyByKeyTheFirstFailureFailsTheCallAndLeavesTheRest(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    CompletableFuture<Map<String, String>> future = cache.getAllOrFetch(List.of("a", "b"));
    Eventually.until("both run", () -> loader.starts() == 2);

    loader.run(0).fail(new IllegalStateException("down"));

    assertThat(Eventually.failure(future)).hasMessage("down");
    loader.run(1).awaitCancelled();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"ASYNC", "BLOCKING"})
  void keyByKeyTheFutureIsPrivateToo(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    CompletableFuture<Map<String, String>> future = cache.getAllOrFetch(List.of("a", "b"));
    FetchHandle<String> a = cache.getOrFetch("a");
    Eventually.until("both run", () -> loader.starts() == 2);

    future.cancel(true);

    int ofA = loader.run(0).keys.contains("a") ? 0 : 1;
    loader.run(1 - ofA).awaitCancelled();
    assertThat(loader.run(ofA).isCancelled()).isFalse();
    loader.run(ofA).complete("A");
    assertThat(Eventually.value(a)).isEqualTo("A");
  }

  @Test
  void withABulkLoaderSeveralKeysAreFetchedTogether() {
    LoadingCoalescingCache<String, String> cache = cache(Kind.BULK);
    cache.put("cached", "c");
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("b", "cached", "a"));
    assertThat(bulk.run().keys).containsExactlyInAnyOrder("a", "b");

    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));

    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "A", "b", "B", "cached", "c"));
    assertThat(loader.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noKeysAskNobody(Kind kind) {
    assertThat(cache(kind).getAllOrFetch(List.of())).isCompletedWithValue(Map.of());
    assertThat(loader.starts() + bulk.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anElapsedTimeoutIsALeave(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);

    assertThatThrownBy(() -> cache.get("k", Duration.ofMillis(10)))
        .isInstanceOf(FetchTimeoutException.class);

    assertThat(cache.joinIfInFlight("k")).isNull();
    loader.awaitStopped();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFailureIsThrownWithTheCauseInTheCallersThread(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    IllegalStateException failure = new IllegalStateException("down");
    Caller<String> caller = Caller.start(() -> cache.get("k"));

    loader.run().fail(failure);

    assertThat(caller.failure()).isExactlyInstanceOf(FetchException.class).hasCause(failure);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void prefetchFillsTheCache(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.prefetch("k");

    loader.run().complete("v");

    Eventually.passes(() -> assertThat(cache.getIfPresent("k")).isEqualTo("v"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterCloseItsMethodsDoAsTheOthersDo(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.close();

    assertThat(Eventually.failure(cache.getOrFetch("k"))).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.failure(cache.refresh("k"))).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.failure(cache.getAllOrFetch(List.of("k"))))
        .isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.get("k")).isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.get("k", Duration.ofSeconds(30)))
        .isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.prefetch("k")).isInstanceOf(CacheClosedException.class);
    assertThat(loader.starts() + bulk.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aBlockingBulkCallWaitsForAllKeys(Kind kind) throws Exception {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.put("cached", "c");
    Caller<Map<String, String>> caller =
        Caller.start(() -> cache.getAll(List.of("a", "cached", "a")));
    ControlledLoader<String> asked = kind == Kind.BULK ? bulk : loader;
    Eventually.until("a load runs", () -> asked.starts() == 1);
    if (kind == Kind.BULK) {
      bulk.run().answers.complete(Map.of("a", "v"));
    } else {
      loader.run(0).complete("v");
    }

    assertThat(caller.value()).isEqualTo(Map.of("a", "v", "cached", "c"));
    assertThat(cache.getIfPresent("a")).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aBlockingBulkCallOfAnInterruptedThreadStartsNothing(Kind kind) {
    LoadingCoalescingCache<String, String> cache = cache(kind);
    cache.put("cached", "c");
    Thread.currentThread().interrupt();

    assertThat(cache.getAll(List.of("cached"))).isEqualTo(Map.of("cached", "c"));
    assertThatThrownBy(() -> cache.getAll(List.of("a"))).isInstanceOf(FetchException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(cache.inFlightCount()).isZero();
  }
}
