package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A snapshot has what is stored and not expired, and nothing else. */
class SnapshotTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();

  private static Map<String, String> values(CacheView<String, String> view) {
    return view.entries().stream().collect(Collectors.toMap(EntryView::key, EntryView::value));
  }

  @Test
  void hasWhatWasFetchedAndWhatWasPut() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("a", "1");
    assertThat(cache.get("b", key -> "2")).isEqualTo("2");

    assertThat(values(cache.snapshot())).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(cache.snapshot().entries()).allMatch(entry -> entry.expiresIn() == null);
  }

  @Test
  void hasOnlyTheKeysOfAPartition() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("eu/1", "a", "eu/2", "b", "us/1", "c"));

    assertThat(values(cache.snapshot(key -> key.startsWith("eu/"))))
        .isEqualTo(Map.of("eu/1", "a", "eu/2", "b"));
  }

  @Test
  void hasNoFetchInFlightAndNoMarkOfAbsence() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.absentTtl(TTL));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("flying", (key, context) -> promise);
    assertThat(cache.get("absent", key -> null)).isNull();

    assertThat(cache.snapshot().entries()).isEmpty();

    promise.complete("landed");
    assertThat(Eventually.value(handle)).isEqualTo("landed");
    assertThat(values(cache.snapshot())).isEqualTo(Map.of("flying", "landed"));
  }

  @Test
  void hasTheOldValueWhileARefreshRuns() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("k", "old");
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.refresh("k", (key, context) -> promise);

    assertThat(values(cache.snapshot())).isEqualTo(Map.of("k", "old"));

    promise.complete("new");
    assertThat(Eventually.value(handle)).isEqualTo("new");
  }

  @Test
  void tellsTheRemainingTimeAndWhenItWasWritten() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.expireAfterWrite(TTL).ticker(ticker));
    cache.put("k", "v");
    ticker.advance(Duration.ofSeconds(4));

    EntryView<String, String> entry = cache.snapshot().entries().get(0);

    assertThat(entry.expiresIn()).isEqualTo(Duration.ofSeconds(6));
    assertThat(entry.writtenAt())
        .isCloseTo(Instant.now().minusSeconds(4), within(2, ChronoUnit.SECONDS));
  }

  @Test
  void hasNoExpiredEntryThoughNobodyEvictedIt() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.expireAfterWrite(TTL).ticker(ticker));
    cache.put("old", "v");
    ticker.advance(Duration.ofSeconds(6));
    cache.put("young", "v");
    ticker.advance(Duration.ofSeconds(4));

    assertThat(values(cache.snapshot())).isEqualTo(Map.of("young", "v"));
  }

  @Test
  void isNoRead() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.expireAfterAccess(TTL).ticker(ticker));
    cache.put("k", "v");
    ticker.advance(Duration.ofSeconds(6));
    assertThat(cache.snapshot().entries()).hasSize(1);
    ticker.advance(Duration.ofSeconds(4));

    assertThat(cache.snapshot().entries()).isEmpty();
  }

  @Test
  void tellsThatAnEntryNeverExpiresThoughOthersDo() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfter(
                        Expiry.<Object, Object>creating(
                            (key, value) ->
                                key.equals("immortal") ? Duration.ofNanos(Long.MAX_VALUE) : TTL)));
    cache.put("immortal", "v");
    cache.put("mortal", "v");

    assertThat(cache.snapshot().entries())
        .extracting(EntryView::key, EntryView::expiresIn)
        .containsExactlyInAnyOrder(tuple("immortal", null), tuple("mortal", TTL));
  }

  @Test
  void doesNotChangeAnyMore() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("k", "v");
    CacheView<String, String> view = cache.snapshot();
    cache.put("k", "w");
    cache.put("l", "w");

    assertThat(values(view)).isEqualTo(Map.of("k", "v"));
    assertThatThrownBy(() -> view.entries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void isStillToBeHadAfterClose() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("k", "v");
    cache.close();

    assertThat(values(cache.snapshot())).isEqualTo(Map.of("k", "v"));
    assertThatThrownBy(() -> cache.restore(cache.snapshot()))
        .isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.merge(cache.snapshot()))
        .isInstanceOf(CacheClosedException.class);
  }

  @Test
  void theIteratorEndsAndDoesNotRemove() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("k", "v");
    Iterator<EntryView<String, String>> entries = cache.entries();

    assertThat(entries.next().key()).isEqualTo("k");
    assertThat(entries.hasNext()).isFalse();
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(entries::remove).isInstanceOf(UnsupportedOperationException.class);
  }
}
