package dev.slipstream;

import static dev.slipstream.watch.EventType.ABANDONED;
import static dev.slipstream.watch.EventType.BACKOFF;
import static dev.slipstream.watch.EventType.CALLER_JOINED;
import static dev.slipstream.watch.EventType.CALLER_LEFT;
import static dev.slipstream.watch.EventType.DUE;
import static dev.slipstream.watch.EventType.EARLY;
import static dev.slipstream.watch.EventType.FAILED;
import static dev.slipstream.watch.EventType.FETCHED;
import static dev.slipstream.watch.EventType.FETCH_STARTED;
import static dev.slipstream.watch.EventType.GATHERING;
import static dev.slipstream.watch.EventType.LOADING;
import static dev.slipstream.watch.EventType.QUEUED;
import static dev.slipstream.watch.EventType.REFRESHED;
import static dev.slipstream.watch.EventType.RETAINED;
import static dev.slipstream.watch.EventType.SOFT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.EventLog;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualTimer;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The events of a fetch, and the list of what is in flight, show why it was begun, what it waited
 * for, and what followed from its failure.
 */
class FetchEventsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final FakeTicker ticker = new FakeTicker();
  private final ManualTimer timer = new ManualTimer();

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return caches.cache(
        builder -> with.apply(builder.ticker(ticker).timer(timer).eventJournal(1_000)));
  }

  private FetchHandle<String> ask(CoalescingCache<String, String> cache, String key) {
    return cache.getOrFetch(key, loader.async());
  }

  private static List<EventType> typesOf(CoalescingCache<String, String> cache, String key) {
    return EventLog.events(cache).stream()
        .filter(event -> event.key().equals(key) && event.fetchId() != 0)
        .map(CacheEvent::type)
        .toList();
  }

  @Test
  void aRefreshOfAValueThatIsDue() {
    CoalescingCache<String, String> cache = cache(builder -> builder.refreshAfterWrite(MINUTE));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    assertThat(ask(cache, "k").origin()).isEqualTo(Origin.STALE);
    assertThat(cache.inFlight()).extracting(InFlight::cause).containsExactly(FetchCause.DUE);
    ask(cache, "k");
    FetchHandle<String> called = cache.refresh("k", loader.async());
    assertThat(cache.inFlight())
        .as("a call that joins does not change the cause")
        .extracting(InFlight::cause)
        .containsExactly(FetchCause.DUE);
    loader.run(0).complete("new");

    assertThat(called).isCompletedWithValue("new");
    assertThat(typesOf(cache, "k")).containsExactly(FETCH_STARTED, DUE, CALLER_JOINED, REFRESHED);
  }

  @Test
  void aRefreshOfAValueThatExpiresSoon() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.expireAfterWrite(HOUR).earlyRefresh(1e15));
    FetchHandle<String> first = ask(cache, "k");
    loader.run(0).complete("old");
    assertThat(first).isCompletedWithValue("old");
    assertThat(ask(cache, "k").origin()).isEqualTo(Origin.HIT);
    assertThat(cache.inFlight()).extracting(InFlight::cause).containsExactly(FetchCause.EARLY);
    loader.run(1).complete("new");

    assertThat(typesOf(cache, "k"))
        .containsExactly(FETCH_STARTED, FETCHED, FETCH_STARTED, EARLY, REFRESHED);
  }

  @Test
  void aMissAPrefetchAndARefreshThatIsCalled() {
    CoalescingCache<String, String> cache = cache(builder -> builder);
    ask(cache, "a");
    cache.prefetch("b", loader.async());
    var c = cache.refresh("c", loader.async());
    assertThat(cache.inFlight())
        .extracting(InFlight::cause)
        .containsExactly(FetchCause.MISS, FetchCause.PREFETCH, FetchCause.REFRESH);
    assertThat(cache.inFlight().get(1).toString()).contains("key=b", "cause=PREFETCH");
    for (int i = 0; i < 3; i++) {
      loader.run(i).complete("v");
    }
    assertThat(c).isCompletedWithValue("v");
    assertThat(typesOf(cache, "a")).containsExactly(FETCH_STARTED, FETCHED);
    assertThat(typesOf(cache, "b")).containsExactly(FETCH_STARTED, CALLER_LEFT, FETCHED);
    assertThat(typesOf(cache, "c")).containsExactly(FETCH_STARTED, REFRESHED);
  }

  @Test
  void aFetchThatWaitsForAPermitAndOneThatIsRefused() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.maxConcurrentFetches(1, 1).executor(Runnable::run));
    ask(cache, "a");
    FetchHandle<String> queued = ask(cache, "b");
    FetchHandle<String> refused = ask(cache, "c");
    assertThat(typesOf(cache, "b")).containsExactly(FETCH_STARTED, QUEUED);
    loader.run(0).complete("v");
    Eventually.until("the queued load starts", () -> loader.starts() == 2);
    loader.run(1).complete("w");

    assertThat(queued.join()).isEqualTo("w");
    assertThat(refused).isCompletedExceptionally();
    assertThat(typesOf(cache, "a")).containsExactly(FETCH_STARTED, FETCHED);
    assertThat(typesOf(cache, "b")).containsExactly(FETCH_STARTED, QUEUED, LOADING, FETCHED);
    assertThat(typesOf(cache, "c")).containsExactly(FETCH_STARTED, FAILED);
    assertThat(EventLog.events(cache))
        .filteredOn(event -> event.type() == FAILED)
        .allSatisfy(
            event -> assertThat(event.failure()).isInstanceOf(FetchRejectedException.class));
  }

  @Test
  void aFetchThatIsLeftWhileItWaitsIsNeverLoaded() {
    CoalescingCache<String, String> cache = cache(builder -> builder.maxConcurrentFetches(1, 1));
    FetchHandle<String> running = ask(cache, "a");
    ask(cache, "b").cancel(true);
    running.cancel(true);

    assertThat(typesOf(cache, "b")).containsExactly(FETCH_STARTED, QUEUED, CALLER_LEFT, ABANDONED);
  }

  @Test
  void aBulkThatWaitsForAPermitAndOneThatNeedNot() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.maxConcurrentFetches(1, 1).executor(Runnable::run));
    var first = cache.getAllOrFetch(List.of("a", "b"), loader.bulk());
    var second = cache.getAllOrFetch(List.of("c", "d"), loader.bulk());
    assertThat(typesOf(cache, "c")).containsExactly(FETCH_STARTED, QUEUED);
    loader.run(0).complete("v");
    Eventually.until("the queued load starts", () -> loader.starts() == 2);
    loader.run(1).complete("v");

    assertThat(first.join()).hasSize(2);
    assertThat(second.join()).hasSize(2);
    for (String key : List.of("a", "b")) {
      assertThat(typesOf(cache, key)).containsExactly(FETCH_STARTED, FETCHED);
    }
    for (String key : List.of("c", "d")) {
      assertThat(typesOf(cache, key)).containsExactly(FETCH_STARTED, QUEUED, LOADING, FETCHED);
    }
  }

  @Test
  void aBatchThatGathersAndThenWaitsForAPermit() {
    LoadingCoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .name("test")
                .recordStats()
                .eventJournal(1_000)
                .timer(timer)
                .executor(Runnable::run)
                .maxConcurrentFetches(1, 1)
                .buildBatching(loader.bulk(), 2, MINUTE));
    FetchHandle<String> a = cache.getOrFetch("a");
    assertThat(typesOf(cache, "a")).containsExactly(FETCH_STARTED, GATHERING);
    FetchHandle<String> b = cache.getOrFetch("b");
    assertThat(typesOf(cache, "a")).containsExactly(FETCH_STARTED, GATHERING, LOADING);
    FetchHandle<String> c = cache.getOrFetch("c");
    timer.advance(MINUTE);
    assertThat(typesOf(cache, "c")).containsExactly(FETCH_STARTED, GATHERING, QUEUED);
    loader.run(0).complete("v");
    loader.run(1).complete("w");

    assertThat(a.join()).isEqualTo("v");
    assertThat(b.join()).isEqualTo("v");
    assertThat(c.join()).isEqualTo("w");
    assertThat(typesOf(cache, "b")).containsExactly(FETCH_STARTED, GATHERING, LOADING, FETCHED);
    assertThat(typesOf(cache, "c"))
        .containsExactly(FETCH_STARTED, GATHERING, QUEUED, LOADING, FETCHED);
  }

  @Test
  void aFailureWhoseCallersGetAnExpiredValue() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.expireAfterWrite(MINUTE).staleIfError(HOUR));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    FetchHandle<String> caller = ask(cache, "k");
    loader.run(0).fail(new IOException("down"));

    assertThat(caller).isCompletedWithValue("old");
    assertThat(typesOf(cache, "k")).containsExactly(FETCH_STARTED, RETAINED, BACKOFF, FAILED);
  }

  @Test
  void aFailureWhoseCallersGetAnExpiredValueWithoutBackoff() {
    CoalescingCache<String, String> cache =
        cache(
            builder ->
                builder
                    .expireAfterWrite(MINUTE)
                    .staleIfError(HOUR)
                    .failureBackoff(Duration.ZERO, Duration.ZERO));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    ask(cache, "k");
    loader.run(0).fail(new IOException("down"));

    assertThat(typesOf(cache, "k")).containsExactly(FETCH_STARTED, RETAINED, FAILED);
  }

  @Test
  void aFailedRefreshOfAValueThatIsDue() {
    CoalescingCache<String, String> cache = cache(builder -> builder.refreshAfterWrite(MINUTE));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    ask(cache, "k");
    loader.run(0).fail(new IOException("down"));

    assertThat(typesOf(cache, "k")).containsExactly(FETCH_STARTED, DUE, BACKOFF, FAILED);
  }

  @Test
  void aSoftTimeoutOfAFetchThatStillWaitsForAPermit() {
    CoalescingCache<String, String> cache =
        cache(
            builder ->
                builder
                    .expireAfterWrite(MINUTE)
                    .staleIfError(HOUR)
                    .softTimeout(Duration.ofSeconds(1))
                    .executor(Runnable::run)
                    .maxConcurrentFetches(1, 1));
    cache.put("k", "old");
    ticker.advance(MINUTE);
    ask(cache, "other");
    FetchHandle<String> caller = ask(cache, "k");
    timer.advance(Duration.ofSeconds(1));
    assertThat(caller).isCompletedWithValue("old");
    loader.run(0).complete("v");
    Eventually.until("the queued load starts", () -> loader.starts() == 2);
    loader.run(1).complete("new");

    assertThat(typesOf(cache, "k"))
        .containsExactly(FETCH_STARTED, QUEUED, SOFT_TIMEOUT, LOADING, FETCHED);
  }
}
