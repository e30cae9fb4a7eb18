package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import dev.slipstream.watch.StateListenerHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A state listener is notified of each change of what is stored, after it, outside every lock. */
class StateListenerTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final List<String> reported = new CopyOnWriteArrayList<>();

  private void note(String key, @Nullable String before, @Nullable String after) {
    reported.add(key + ": " + before + " -> " + after);
  }

  private CoalescingCache<String, String> listened(CoalescingCache<String, String> cache) {
    StateListenerHandle unused = cache.onStateChanged(this::note);
    return cache;
  }

  private void awaitReported(String... changes) {
    Eventually.passes(() -> assertThat(reported).containsExactly(changes));
  }

  @Test
  void writesAndRemovals() {
    CoalescingCache<String, String> cache = listened(caches.cache());

    cache.put("k", "1");
    cache.put("k", "2");
    cache.invalidate("k");
    cache.invalidate("k");

    awaitReported("k: null -> 1", "k: 1 -> 2", "k: 2 -> null");
  }

  @Test
  void writesThroughTheMap() {
    CoalescingCache<String, String> cache = listened(caches.cache());

    cache.asMap().putIfAbsent("k", "1");
    cache.asMap().putIfAbsent("k", "never");
    cache.asMap().replace("k", "2");
    cache.asMap().replace("k", "wrong", "never");
    cache.asMap().replace("k", "2", "3");
    cache.asMap().compute("k", (key, value) -> value);
    cache.asMap().compute("k", (key, value) -> "4");
    cache.asMap().merge("k", "5", (before, value) -> value);
    cache.asMap().computeIfPresent("k", (key, value) -> null);
    cache.asMap().computeIfAbsent("k", key -> "6");
    cache.asMap().remove("k", "wrong");
    cache.asMap().remove("k", "6");

    awaitReported(
        "k: null -> 1",
        "k: 1 -> 2",
        "k: 2 -> 3",
        "k: 3 -> 4",
        "k: 4 -> 5",
        "k: 5 -> null",
        "k: null -> 6",
        "k: 6 -> null");
  }

  @Test
  void invalidateAllKeyByKey() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("a", "1", "b", "2"));
    listened(cache).invalidateAll();

    Eventually.until("both are delivered", () -> reported.size() == 2);
    assertThat(reported).containsExactlyInAnyOrder("a: 1 -> null", "b: 2 -> null");
  }

  @Test
  void fetchesAndRefreshes() {
    CoalescingCache<String, String> cache = listened(caches.cache());

    assertThat(cache.get("k", key -> "1")).isEqualTo("1");
    assertThat(Eventually.value(cache.refresh("k", key -> "2"))).isEqualTo("2");
    assertThat(Eventually.value(cache.refresh("k", key -> null))).isNull();

    awaitReported("k: null -> 1", "k: 1 -> 2", "k: 2 -> null");
  }

  @Test
  void aFetchThatIsFencedOrFailsChangesNothing() {
    CoalescingCache<String, String> cache = listened(caches.cache());
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    cache.put("k", "written");
    promise.complete("late");
    assertThat(Eventually.value(handle)).isEqualTo("late");
    assertThat(Eventually.failure(cache.getOrFetch("other", (key, context) -> null))).isNotNull();

    awaitReported("k: null -> written");
  }

  @Test
  void bulkLoadsAndTheirExtras() {
    CoalescingCache<String, String> cache = listened(caches.cache());

    cache.getAll(
        List.of("a", "b"),
        (keys, context) ->
            CompletableFuture.completedFuture(Map.of("a", "1", "b", "2", "extra", "3")));

    Eventually.until("all are delivered", () -> reported.size() == 3);
    assertThat(reported)
        .containsExactlyInAnyOrder("a: null -> 1", "b: null -> 2", "extra: null -> 3");
  }

  @Test
  void evictionBySizeAndByAge() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.expireAfterWrite(Duration.ofSeconds(1)).ticker(ticker));
    listened(cache).put("k", "old");
    ticker.advance(Duration.ofSeconds(2));
    cache.put("k", "new");
    Eventually.until("three are delivered", () -> reported.size() == 3);
    assertThat(reported).contains("k: null -> old", "k: old -> null", "k: null -> new");

    reported.clear();
    CoalescingCache<String, String> small = caches.cache(builder -> builder.maximumSize(0));
    listened(small).put("k", "v");
    awaitReported("k: null -> v", "k: v -> null");
  }

  @Test
  void anEvictionBetweenAStoreAndItsEndThoughTheListenerCameAfterTheStore() {
    FakeTicker ticker = new FakeTicker();
    List<CoalescingCache<String, String>> self = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .name("test")
                .recordStats()
                .eventJournal(100)
                .ticker(ticker)
                .expireAfterWrite(Duration.ofSeconds(1))
                .onInsert(
                    (String key, String fetched, @Nullable String current) -> {
                      if (key.equals("b")) { // a is stored, and its fetch has not ended
                        listened(self.get(0));
                        ticker.advance(Duration.ofSeconds(2));
                        self.get(0).cleanUp();
                      }
                      return fetched;
                    })
                .build());
    self.add(cache);

    cache.getAll(
        List.of("a", "b"),
        (keys, context) -> CompletableFuture.completedFuture(Map.of("a", "1", "b", "2")));

    Eventually.until("both are delivered", () -> reported.size() == 2);
    assertThat(reported).containsExactlyInAnyOrder("a: 1 -> null", "b: null -> 2");
  }

  @Test
  void restoreAndMerge() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("goes", "old", "stays", "old"));
    listened(cache)
        .restore(new CacheView<>(List.of(new EntryView<>("stays", "new", Instant.now(), null))));

    awaitReported("stays: old -> new", "goes: old -> null");
  }

  @Test
  void aListenerThatThrowsHarmsNobodyAndIsLogged() {
    CoalescingCache<String, String> cache = caches.cache();
    StateListenerHandle unused =
        cache.onStateChanged(
            (key, before, after) -> {
              throw new IllegalStateException("boom");
            });
    listened(cache).put("k", "v");

    awaitReported("k: null -> v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(log.warnings())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getFormattedMessage()).contains("test", "key k");
              assertThat(LogCapture.thrown(event)).hasMessage("boom");
            });
  }

  @Test
  void aListenerMayChangeTheCacheAndIsNotifiedOfThatAfterwards() {
    CoalescingCache<String, String> cache = caches.cache();
    AtomicInteger depth = new AtomicInteger();
    StateListenerHandle unused =
        cache.onStateChanged(
            (key, before, after) -> {
              assertThat(depth.incrementAndGet()).isEqualTo(1);
              note(key, before, after);
              if (key.equals("a")) {
                cache.put("b", after + "!");
              }
              depth.decrementAndGet();
            });

    cache.put("a", "1");

    awaitReported("a: null -> 1", "b: null -> 1!");
  }

  @Test
  void aBlockedListenerHoldsUpNobodyElse() throws Exception {
    CoalescingCache<String, String> cache = caches.cache();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    StateListenerHandle unused =
        cache.onStateChanged(
            (key, before, after) -> {
              entered.countDown();
              release.await();
              note(key, before, after);
            });
    Caller<String> stuck = Caller.start(() -> cache.asMap().put("a", "1"));
    Eventually.opens(entered);

    cache.put("b", "2");
    assertThat(cache.get("c", key -> "3")).isEqualTo("3");
    assertThat(reported).isEmpty();

    release.countDown();
    assertThat(stuck.value()).isNull();
    awaitReported("a: null -> 1", "b: null -> 2", "c: null -> 3");
  }

  @Test
  void aClosedSubscriptionIsNotNotified() {
    CoalescingCache<String, String> cache = caches.cache();
    StateListenerHandle handle = cache.onStateChanged(this::note);
    cache.put("k", "1");
    awaitReported("k: null -> 1");

    handle.close();
    handle.close();
    cache.put("k", "2");
    assertThat(reported).containsExactly("k: null -> 1");
  }

  @Test
  void aClosedCacheTakesNoListener() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.close();

    assertThatThrownBy(
            () -> {
              StateListenerHandle unused = cache.onStateChanged(this::note);
            })
        .isInstanceOf(CacheClosedException.class);
  }
}
