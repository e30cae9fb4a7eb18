package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.StoppingKey;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeSubscription;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.StateListenerHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once went wrong with events, ticks and listeners. */
class ChangesRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  @Test
  void aListenerWhoseFailureHasNoTextHarmsNobody() {
    CoalescingCache<String, String> cache = caches.cache();
    List<String> reported = new CopyOnWriteArrayList<>();
    StateListenerHandle bad =
        cache.onStateChanged(
            (key, before, after) -> {
              throw new Unspeakable();
            });
    StateListenerHandle good = cache.onStateChanged((key, before, after) -> reported.add(key));

    cache.put("a", "1");
    cache.put("b", "1");

    assertThat(reported).containsExactly("a", "b");
    bad.close();
    good.close();
  }

  @Test
  void aSinkWhoseFailureHasNoTextReceivesTheNextEvent() {
    List<String> reported = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.eventSink(
                    (CacheEvent<Object, Object> event) -> {
                      reported.add(event.key().toString());
                      throw new Unspeakable();
                    }));

    cache.put("a", "1");
    Eventually.until("the sink was called", () -> reported.size() == 1);
    cache.put("b", "1");

    Eventually.passes(() -> assertThat(reported).containsExactly("a", "b"));
  }

  @Test
  void anActionOnTheJournalWhoseFailureHasNoTextHarmsNoFetch() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventJournal(16));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    try (EventSubscription<String, String> events = cache.events().subscribe(16)) {
      assertThat(
              events.onAvailable(
                  () -> {
                    throw new Unspeakable();
                  }))
          .isTrue();

      promise.complete("v");

      assertThat(Eventually.value(handle)).isEqualTo("v");
    }
  }

  /** Two things happen on its own thread: at the second look at its hash code, and at the n-th. */
  private static final class TwiceHookedKey {
    private final int at;
    private final Runnable first;
    private final Runnable second;
    private final Thread armed = Thread.currentThread();
    private int hashes;
    private boolean hasRun;

    TwiceHookedKey(int at, Runnable first, Runnable second) {
      this.at = at;
      this.first = first;
      this.second = second;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof TwiceHookedKey;
    }

    @Override
    public int hashCode() {
      if (Thread.currentThread() == armed) {
        hashes++;
        if (hashes == 2) {
          first.run();
        }
        if (hashes == at) {
          hasRun = true;
          second.run();
        }
      }
      return 1;
    }
  }

  @Test
  void anAbortWhileAFlightAdoptsLeavesNoFetchWithoutAnEnd() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<TwiceHookedKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().eventJournal(64).build());
          TwiceHookedKey plain = new TwiceHookedKey(0, () -> {}, () -> {});
          TwiceHookedKey key =
              new TwiceHookedKey(
                  n + 2,
                  () -> cache.asMap().putIfAbsent(plain, "v"),
                  () -> cache.abort(plain, new IllegalStateException("by an operator")));

          FetchHandle<String> handle =
              cache.getOrFetch(key, (k, context) -> CompletableFuture.completedFuture("w"));
          Eventually.until("it has ended", handle::isDone);

          List<EventType> types = new ArrayList<>(types(cache));
          types.remove(EventType.PUT);
          assertThat(types.stream().filter(type -> type == EventType.FETCH_STARTED).count())
              .as("starts in %s, at %d", types, n)
              .isEqualTo(
                  types.stream()
                      .filter(type -> type == EventType.FAILED || type == EventType.FETCHED)
                      .count());
          return key.hasRun;
        });
  }

  private static List<EventType> types(CoalescingCache<?, ?> cache) {
    List<EventType> types = new ArrayList<>();
    try (EventCursor<?, ?> cursor = cache.events().cursor(0)) {
      while (types.size() < cache.events().lastSequence()) {
        cursor.pullBatch(100, Duration.ofSeconds(1)).items().forEach(e -> types.add(e.type()));
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    return types;
  }

  @Test
  void whoDependsOnAChangeMayWaitForTheHandleThoughTheExecutorRunsItHere() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.continuationExecutor(Runnable::run));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    try (ChangeSubscription changes = cache.changes().subscribe("k")) {
      CompletableFuture<String> seen =
          changes
              .nextChange()
              .thenApply(
                  version -> {
                    try {
                      return handle.get(2, TimeUnit.SECONDS);
                    } catch (Exception e) {
                      throw new AssertionError("its end ticks before it is delivered", e);
                    }
                  });

      promise.complete("v");

      assertThat(Eventually.value(seen)).isEqualTo("v");
    }
  }

  @Test
  void whoDependsOnTheStartAndWaitsForTheFetchIsBoundByItsTimeout() {
    startIsBound(cache -> cache.getOrFetch("k", (key, c) -> new CompletableFuture<>()));
    startIsBound(cache -> cache.refresh("k", (key, c) -> new CompletableFuture<>()));
    startIsBound(
        cache -> cache.getAllOrFetch(List.of("k"), (keys, c) -> new CompletableFuture<>()));
  }

  private void startIsBound(Function<CoalescingCache<String, String>, CompletableFuture<?>> in) {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.continuationExecutor(Runnable::run).fetchTimeout(Duration.ofMillis(50)));
    try (ChangeSubscription changes = cache.changes().subscribe("k")) {
      CompletableFuture<Boolean> timedOut =
          changes
              .nextChange()
              .thenApply(
                  version -> {
                    FetchHandle<String> handle = cache.joinIfInFlight("k");
                    try {
                      handle.get(5, TimeUnit.SECONDS);
                      return false;
                    } catch (Exception e) {
                      return e.getCause() instanceof FetchTimeoutException;
                    }
                  });

      CompletableFuture<?> future = in.apply(cache);

      assertThat(Eventually.value(timedOut)).isTrue();
      future.cancel(true);
    }
  }

  /** The put stops on its way back from L1; meanwhile its value is fetched again, and evicted. */
  @Test
  void anEvictionIsNotReportedBeforeThePutThoughAnInsertCallbackReturnedTheValue() {
    HookedKey.everywhere(
        n -> {
          FakeTicker ticker = new FakeTicker();
          InsertCallback<StoppingKey, String> keep = InsertCallback.keepExisting();
          CoalescingCache<StoppingKey, String> cache =
              caches.track(
                  CoalescingCache.builder()
                      .recordStats()
                      .eventJournal(64)
                      .expireAfterWrite(Duration.ofSeconds(1))
                      .ticker(ticker)
                      .onInsert(keep)
                      .build());
          Map<StoppingKey, String> mirror = new ConcurrentHashMap<>();
          StateListenerHandle listener =
              cache.onStateChanged((key, before, after) -> mirror(mirror, key, after));
          StoppingKey plain = StoppingKey.plain("k");
          StoppingKey key = new StoppingKey("k", n);
          Caller<Boolean> caller =
              Caller.start(
                  () -> {
                    key.arm();
                    cache.put(key, "v");
                    return true;
                  });
          boolean stopped = key.stops(caller);
          if (stopped && cache.getIfPresent(plain) != null) {
            Eventually.value(
                cache.refresh(plain, (k, context) -> CompletableFuture.completedFuture("w")));
            ticker.advance(Duration.ofSeconds(2));
            cache.cleanUp();
          }
          key.goOn();
          assertThat(caller.value()).isTrue();
          Eventually.passes(
              () -> assertThat(mirror).as("at %d", n).isEqualTo(Map.copyOf(cache.asMap())));
          listener.close();
          return stopped;
        });
  }

  @Test
  void whatNeverExpiresStillNeverDoesWhenTimeHasPassed() {
    FakeTicker ticker = new FakeTicker();
    Expiry<Object, Object> never = Expiry.writing((key, value) -> Duration.ofNanos(Long.MAX_VALUE));
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.expireAfter(never).ticker(ticker));
    cache.put("k", "v");

    ticker.advance(Duration.ofDays(365));

    assertThat(cache.entries().next().expiresIn()).isNull();
  }

  /** A bulk load stores all before it ends any: a value may go, and another come, in between. */
  @Test
  void anEvictionBetweenStoreAndEndIsReportedBeforeTheNextPut() {
    FakeTicker ticker = new FakeTicker();
    AtomicReference<CoalescingCache<String, String>> self = new AtomicReference<>();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          if (key.equals("b")) {
            ticker.advance(Duration.ofSeconds(2));
            self.get().cleanUp();
            self.get().put("a", "put");
          }
          return fetched;
        };
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .eventJournal(64)
                .expireAfterWrite(Duration.ofSeconds(1))
                .ticker(ticker)
                .onInsert(insert)
                .build());
    self.set(cache);
    List<String> reported = new CopyOnWriteArrayList<>();
    StateListenerHandle listener =
        cache.onStateChanged((key, before, after) -> reported.add(key + before + after));

    Eventually.value(
        cache.getAllOrFetch(
            List.of("a", "b"),
            (keys, context) -> CompletableFuture.completedFuture(Map.of("a", "1", "b", "1"))));

    Eventually.passes(
        () -> assertThat(reported).containsExactly("anull1", "a1null", "anullput", "bnull1"));
    assertThat(types(cache)).containsOnlyOnce(EventType.EVICTED);
    listener.close();
  }

  @Test
  void aFurtherValueThatItsWeigherInvalidatesIsNoPut() {
    AtomicReference<CoalescingCache<String, String>> self = new AtomicReference<>();
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .eventJournal(64)
                .maximumWeight(100)
                .weigher(
                    (String key, String value) -> {
                      if (key.equals("further")) {
                        self.get().invalidate(key);
                      }
                      return 1;
                    })
                .build());
    self.set(cache);

    Eventually.value(
        cache.getAllOrFetch(
            List.of("a"),
            (keys, context) ->
                CompletableFuture.completedFuture(Map.of("a", "1", "further", "1"))));

    assertThat(cache.getIfPresent("further")).isNull();
    assertThat(types(cache))
        .containsExactly(EventType.FETCH_STARTED, EventType.INVALIDATED, EventType.FETCHED);
  }

  private static <K> void mirror(Map<K, String> mirror, K key, @Nullable String after) {
    if (after == null) {
      mirror.remove(key);
    } else {
      mirror.put(key, after);
    }
  }
}
