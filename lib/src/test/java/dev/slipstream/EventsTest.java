package dev.slipstream;

import static dev.slipstream.watch.EventType.ABANDONED;
import static dev.slipstream.watch.EventType.ABSENT;
import static dev.slipstream.watch.EventType.CALLER_JOINED;
import static dev.slipstream.watch.EventType.CALLER_LEFT;
import static dev.slipstream.watch.EventType.EVICTED;
import static dev.slipstream.watch.EventType.FAILED;
import static dev.slipstream.watch.EventType.FENCED;
import static dev.slipstream.watch.EventType.FETCHED;
import static dev.slipstream.watch.EventType.FETCH_STARTED;
import static dev.slipstream.watch.EventType.INVALIDATED;
import static dev.slipstream.watch.EventType.PUT;
import static dev.slipstream.watch.EventType.REFRESHED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.EventLog;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import dev.slipstream.watch.CacheEvent;
import java.lang.ref.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each thing that happens to a key is an event, in the order in which it happens. */
class EventsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.eventJournal(1_000));
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  private CacheEvent<String, String> last() {
    List<CacheEvent<String, String>> events = EventLog.events(cache);
    return events.get(events.size() - 1);
  }

  @Test
  void aFetch() {
    Instant before = Instant.now().minusMillis(1);
    assertThat(cache.get("k", key -> "v")).isEqualTo("v");
    assertThat(cache.get("k", key -> "never")).as("a hit is no event").isEqualTo("v");

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, FETCHED);
    assertThat(last().key()).isEqualTo("k");
    assertThat(last().value()).isEqualTo("v");
    assertThat(last().failure()).isNull();
    assertThat(last().sequence()).isEqualTo(2);
    assertThat(last().at()).isBetween(before, Instant.now());
  }

  @Test
  void callersThatComeAndGo() {
    FetchHandle<String> first = cache.getOrFetch("k", loader.async());
    FetchHandle<String> second = cache.getOrFetch("k", loader.async());
    first.cancel(false);
    second.cancel(false);
    second.cancel(false);

    assertThat(EventLog.types(cache))
        .containsExactly(FETCH_STARTED, CALLER_JOINED, CALLER_LEFT, CALLER_LEFT, ABANDONED);
  }

  @Test
  void aLeaveAfterTheEndIsNoEvent() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    handle.cancel(false);

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, FETCHED);
  }

  @Test
  void aPrefetchHasNoAwaiter() {
    cache.prefetch("k", loader.async());
    loader.run().complete("v");

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, CALLER_LEFT, FETCHED);
  }

  @Test
  void anAbsence() {
    assertThat(cache.get("k", key -> null)).isNull();

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, ABSENT);
    assertThat(last().value()).isNull();
  }

  @Test
  void aFailureOfTheLoader() {
    IllegalStateException failure = new IllegalStateException("boom");
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().fail(failure);

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, FAILED);
    assertThat(last().failure()).isSameAs(failure);
    assertThat(Eventually.failure(handle)).isSameAs(failure);
  }

  @Test
  void anAbort() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(cache.abort("k", new IllegalStateException("enough"))).isTrue();

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, FAILED);
    assertThat(last().failure()).isSameAs(Eventually.failure(handle));
  }

  @Test
  void aTimeout() {
    CoalescingCache<String, String> timed =
        caches.cache(builder -> builder.eventJournal(10).fetchTimeout(Duration.ofMillis(1)));
    FetchHandle<String> handle = timed.getOrFetch("k", loader.async());

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    assertThat(EventLog.types(timed)).containsExactly(FETCH_STARTED, FAILED);
  }

  @Test
  void aCloseEndsFetchesAndTheEventsAfterThem() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.close();

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, FAILED);
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void writesAndRemovals() {
    cache.put("k", "1");
    assertThat(last().value()).isEqualTo("1");
    cache.invalidate("k");
    assertThat(last().value()).isEqualTo("1");
    cache.invalidate("k");
    assertThat(last().value()).isNull();
    cache.asMap().putIfAbsent("k", "2");
    cache.asMap().putIfAbsent("k", "3");
    cache.asMap().computeIfPresent("k", (key, value) -> null);

    assertThat(EventLog.types(cache))
        .containsExactly(PUT, INVALIDATED, INVALIDATED, PUT, INVALIDATED);
  }

  @Test
  void invalidateAllIsAnEventForEachKeyThatWasCached() {
    cache.putAll(Map.of("a", "1", "b", "2"));
    cache.invalidateAll();

    assertThat(EventLog.types(cache, "a")).containsExactly(PUT, INVALIDATED);
    assertThat(EventLog.types(cache, "b")).containsExactly(PUT, INVALIDATED);
    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void aFenceComesBeforeTheWriteAndTheLateResultAfterBoth() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.put("k", "written");
    loader.run().complete("late");

    assertThat(EventLog.types(cache)).containsExactly(FETCH_STARTED, FENCED, PUT, FETCHED);
    assertThat(last().value()).isEqualTo("late");
    assertThat(Eventually.value(handle)).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo("written");
  }

  @Test
  void aRefresh() {
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());
    FetchHandle<String> joined = cache.refresh("k", loader.async());
    loader.run().complete("new");

    assertThat(EventLog.types(cache)).containsExactly(PUT, FETCH_STARTED, CALLER_JOINED, REFRESHED);
    assertThat(List.of(handle, joined)).allMatch(CompletableFuture::isDone);
  }

  @Test
  void aBulkLoadAndItsExtras() {
    cache.getAll(
        List.of("a", "b"),
        (keys, context) -> CompletableFuture.completedFuture(Map.of("a", "1", "extra", "3")));

    assertThat(EventLog.types(cache, "a")).containsExactly(FETCH_STARTED, FETCHED);
    assertThat(EventLog.types(cache, "b")).containsExactly(FETCH_STARTED, ABSENT);
    assertThat(EventLog.types(cache, "extra")).containsExactly(PUT);
  }

  @Test
  void anEvictionOfWhatWasFetchedAndOfWhatWasPut() {
    CoalescingCache<String, String> full =
        caches.cache(builder -> builder.eventJournal(100).maximumSize(0));
    full.put("k", "1");
    assertThat(full.get("k", key -> "2")).isEqualTo("2");

    assertThat(EventLog.types(full)).containsExactly(PUT, EVICTED, FETCH_STARTED, FETCHED, EVICTED);
    assertThat(EventLog.events(full).get(4).value()).isEqualTo("2");
  }

  @Test
  void anExpiry() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> expiring =
        caches.cache(
            builder ->
                builder.eventJournal(100).ticker(ticker).expireAfterWrite(Duration.ofSeconds(1)));
    expiring.put("k", "v");
    ticker.advance(Duration.ofSeconds(2));
    expiring.cleanUp();

    assertThat(EventLog.types(expiring)).containsExactly(PUT, EVICTED);
  }

  @Test
  void aRestoreAndAMerge() {
    cache.putAll(Map.of("stays", "old"));
    cache.put("goes", "old");
    CacheView<String, String> view =
        new CacheView<>(List.of(new EntryView<>("stays", "new", Instant.now(), null)));
    cache.restore(view);
    cache.merge(view);

    assertThat(EventLog.types(cache, "stays")).containsExactly(PUT, PUT, PUT);
    assertThat(EventLog.types(cache, "goes")).containsExactly(PUT, INVALIDATED);
  }

  @Test
  void aLostPromiseIsAbandonedWhenItIsFound() {
    Reference.reachabilityFence(
        cache.getOrFetch("k", (key, context) -> new CompletableFuture<String>()));
    Eventually.collects(
        "the lost fetch is found",
        () -> {
          cache.cleanUp();
          return EventLog.types(cache).equals(List.of(FETCH_STARTED, ABANDONED));
        });
  }

  @Test
  void anEventOfEachTypeButNoValueInItsText() {
    cache.put("k", "secret");

    assertThat(last().toString()).contains("#1", "PUT", "k").doesNotContain("secret");
  }

  @Test
  void withoutAJournalThereAreNone() {
    CoalescingCache<String, String> plain = caches.cache();

    assertThatThrownBy(plain::events)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("test")
        .hasMessageContaining("eventJournal");
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> CoalescingCache.builder().eventJournal(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("eventJournal");
    assertThatThrownBy(() -> CoalescingCache.builder().eventSink(event -> {}, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queueSize");
    assertThatThrownBy(
            () ->
                CoalescingCache.builder()
                    .checkpointStore(dev.slipstream.canal.CheckpointStore.inMemory())
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("eventJournal");
  }
}
