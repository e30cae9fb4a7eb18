package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Absence: null means that there is no value. It is delivered, and remembered only if {@code
 * absentTtl} is set, apart from the values and seen by no view of them.
 */
class AbsentTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();
  private final CoalescingCache<String, String> forgetting = caches.cache();
  private final CoalescingCache<String, String> remembering =
      caches.cache(builder -> builder.ticker(ticker).absentTtl(TTL));
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void anAbsenceIsDeliveredAndNotRemembered(EntryPoint entryPoint) {
    Entry<String> one = entryPoint.enter(forgetting, "k", loader);
    loader.run().complete(null);
    assertThat(one.value()).isNull();
    assertThat(forgetting.asMap()).isEmpty();

    ControlledLoader<String> again = new ControlledLoader<>();
    Entry<String> two = entryPoint.enter(forgetting, "k", again);
    again.run().complete("now there is one");
    assertThat(two.value()).isEqualTo("now there is one");
  }

  @ParameterizedTest
  @EnumSource(value = EntryPoint.class, mode = EnumSource.Mode.EXCLUDE, names = "REFRESH")
  void withATimeToLiveItIsRememberedForThatLong(EntryPoint entryPoint) {
    markAbsent("k");

    Entry<String> hit = entryPoint.enter(remembering, "k", loader);
    assertThat(hit.value()).isNull();
    ticker.advance(TTL.minusMillis(1));
    assertThat(entryPoint.enter(remembering, "k", loader).value()).isNull();
    assertThat(loader.starts()).isZero();

    ticker.advance(Duration.ofMillis(2));
    Entry<String> late = entryPoint.enter(remembering, "k", loader);
    loader.run().complete("v");
    assertThat(late.value()).isEqualTo("v");
  }

  @Test
  void aMarkerIsAHitWithNull() {
    markAbsent("k");
    long hits = remembering.stats().hitCount();

    FetchHandle<String> hit = remembering.getOrFetch("k", loader.async());

    assertThat(hit.origin()).isEqualTo(Origin.HIT);
    assertThat(hit).isCompletedWithValue(null);
    assertThat(remembering.stats().hitCount()).isEqualTo(hits + 1);
    assertThat(remembering.stats().absentCount()).isEqualTo(1);
  }

  @Test
  void aBulkCallRemembersWhatItsLoaderDidNotReturn() {
    CompletableFuture<Map<String, String>> future =
        remembering.getAllOrFetch(
            List.of("there", "missing"),
            (keys, context) -> CompletableFuture.completedFuture(Map.of("there", "t")));
    assertThat(Eventually.value(future)).isEqualTo(Map.of("there", "t"));

    assertThat(remembering.getOrFetch("missing", loader.async())).isCompletedWithValue(null);
    assertThat(remembering.getAll(List.of("missing", "there"), loader.bulk()))
        .isEqualTo(Map.of("there", "t"));
    assertThat(loader.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void everyFencingWriteClearsTheMarker(Write write) {
    markAbsent("k");

    write.to(remembering);

    assertThat(remembering.getIfPresent("k")).isEqualTo(write.value);
    remembering.invalidate("k");
    FetchHandle<String> handle = remembering.getOrFetch("k", loader.async());
    assertThat(handle.origin()).isEqualTo(Origin.STARTED);
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(
      value = Write.class,
      names = {"INVALIDATE", "INVALIDATE_ALL", "INVALIDATE_KEYS", "MAP_REMOVE", "MAP_CLEAR"})
  void aRemovalAloneLetsTheNextCallerLoad(Write write) {
    markAbsent("k");

    write.to(remembering);

    FetchHandle<String> handle = remembering.getOrFetch("k", loader.async());
    assertThat(handle.origin()).isEqualTo(Origin.STARTED);
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");
  }

  @Test
  void aPutReplacesTheMarker() {
    markAbsent("k");

    remembering.put("k", "v");

    FetchHandle<String> hit = remembering.getOrFetch("k", loader.async());
    assertThat(hit).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void anAbsenceThatWasFencedIsNotRemembered(Write write) {
    FetchHandle<String> fenced = remembering.getOrFetch("k", loader.async());
    write.to(remembering);
    loader.run().complete(null);
    assertThat(Eventually.value(fenced)).isNull();
    assertThat(remembering.getIfPresent("k")).isEqualTo(write.value);

    if (write.value == null) {
      FetchHandle<String> next =
          remembering.getOrFetch("k", (k, context) -> CompletableFuture.completedFuture("v"));
      assertThat(next.origin()).isEqualTo(Origin.STARTED);
      assertThat(Eventually.value(next)).isEqualTo("v");
    }
  }

  @Test
  void aRefreshIsNotStoppedByAMarkerAndReplacesIt() {
    markAbsent("k");

    FetchHandle<String> refreshed = remembering.refresh("k", loader.async());
    assertThat(refreshed.origin()).isEqualTo(Origin.STARTED);
    loader.run().complete("v");

    assertThat(Eventually.value(refreshed)).isEqualTo("v");
    assertThat(remembering.getOrFetch("k", k -> "never")).isCompletedWithValue("v");
  }

  @Test
  void aRefreshThatFindsNothingLeavesAMarker() {
    remembering.put("k", "old");
    FetchHandle<String> refreshed = remembering.refresh("k", loader.async());
    loader.run().complete(null);
    assertThat(Eventually.value(refreshed)).isNull();

    FetchHandle<String> hit = remembering.getOrFetch("k", k -> "never");
    assertThat(hit.origin()).isEqualTo(Origin.HIT);
    assertThat(hit).isCompletedWithValue(null);
  }

  @Test
  void markersAreSeenByNoViewListenerOrWeigher() {
    AtomicInteger calls = new AtomicInteger();
    Weigher<String, String> weigher = (key, value) -> calls.incrementAndGet();
    RemovalListener<String, String> listener = (key, value, cause) -> calls.incrementAndGet();
    CoalescingCache<String, String> watched =
        caches.track(
            CoalescingCache.builder()
                .maximumWeight(10)
                .weigher(weigher)
                .removalListener(listener)
                .evictionListener(listener)
                .continuationExecutor(Runnable::run)
                .ticker(ticker)
                .absentTtl(TTL)
                .build());
    assertThat(watched.get("k", key -> null)).isNull();
    assertThat(watched.get("k", key -> "never")).isNull();

    assertThat(watched.getIfPresent("k")).isNull();
    assertThat(watched.getAllPresent(List.of("k"))).isEmpty();
    assertThat(watched.asMap()).isEmpty();
    assertThat(watched.asMap().containsKey("k")).isFalse();
    assertThat(watched.estimatedSize()).isZero();
    ticker.advance(TTL.plusSeconds(1));
    watched.cleanUp();
    watched.invalidate("k");
    assertThat(calls).hasValue(0);
  }

  @Test
  void thereAreNoMoreMarkersThanTheCacheMayHaveEntries() {
    CoalescingCache<String, String> small =
        caches.cache(builder -> builder.maximumSize(10).ticker(ticker).absentTtl(TTL));
    for (int i = 0; i < 1_000; i++) {
      assertThat(small.get("k" + i, key -> null)).isNull();
    }
    small.cleanUp();
    int remembered = 0;
    for (int i = 0; i < 1_000; i++) {
      FetchHandle<String> handle = small.getOrFetch("k" + i, loader.async());
      remembered += handle.origin() == Origin.HIT ? 1 : 0;
      handle.cancel(true);
    }

    assertThat(remembered).isBetween(1, 10);
  }

  @Test
  void markersTakeNoRoomFromValues() {
    CoalescingCache<String, String> small =
        caches.cache(builder -> builder.maximumSize(10).ticker(ticker).absentTtl(TTL));
    for (int i = 0; i < 10; i++) {
      small.put("v" + i, "v");
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(small.get("k" + i, key -> null)).isNull();
    }
    small.cleanUp();

    assertThat(small.asMap()).hasSize(10);
  }

  private void markAbsent(String key) {
    assertThat(remembering.get(key, k -> null)).isNull();
  }
}
