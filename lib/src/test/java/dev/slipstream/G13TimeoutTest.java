package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G13, the timeout bounds everybody: the leader and each joiner, from the flight's start, on the
 * wall clock. It may latch a flight whose insert callback is stuck; that flight is fenced.
 */
class G13TimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration TIME_TO_JOIN = Duration.ofMillis(600);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void itEndsTheFetchAndCancelsTheLoader(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.fetchTimeout(SHORT));
    Entry<String> entry = entryPoint.enter(cache, "k", loader);

    assertThat(entry.failure()).isInstanceOf(FetchTimeoutException.class);

    assertThat(cache.joinIfInFlight("k")).isNull();
    loader.awaitStopped();
    assertThat(loader.starts() == 0 || loader.run().context.isAbandoned()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void itEndsTheLeaderAndTheJoinerTogether(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.fetchTimeout(TIME_TO_JOIN));
    ControlledLoader<String> unused = new ControlledLoader<>();
    FetchHandle<String> leader = cache.getOrFetch("k", loader.async());
    Entry<String> joiner = entryPoint.enter(cache, "k", unused);

    assertThat(Eventually.failure(leader)).isInstanceOf(FetchTimeoutException.class);
    if (entryPoint.blocks) {
      assertThat(joiner.failure()).isInstanceOf(FetchTimeoutException.class);
    } else {
      assertThat(joiner.failure()).isSameAs(Eventually.failure(leader));
    }
    assertThat(unused.starts()).isZero();
  }

  @Test
  void itBoundsAFetchThatNobodyWaitsForToo() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.fetchTimeout(SHORT));
    cache.prefetch("k", loader.async());

    loader.run().awaitCancelled();

    Eventually.passes(() -> assertThat(cache.stats().timeoutCount()).isEqualTo(1));
  }

  @Test
  void hooksRunWhenItStrikes() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.fetchTimeout(SHORT));
    AtomicInteger hooks = new AtomicInteger();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.onAbandon(hooks::incrementAndGet);
              return new CompletableFuture<>();
            });

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @Test
  void itGoesByTheWallClockAndNotByTheTicker() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> patient =
        caches.cache(builder -> builder.ticker(ticker).fetchTimeout(Duration.ofHours(1)));
    FetchHandle<String> running = patient.getOrFetch("k", loader.async());
    ticker.advance(Duration.ofHours(2));
    assertThat(patient.joinIfInFlight("k")).isNotNull();
    loader.run().complete("v");
    assertThat(Eventually.value(running)).isEqualTo("v");

    CoalescingCache<String, String> hasty =
        caches.cache(builder -> builder.ticker(new FakeTicker()).fetchTimeout(SHORT));
    FetchHandle<String> bounded =
        hasty.getOrFetch("k", (key, context) -> new CompletableFuture<>());
    assertThat(Eventually.failure(bounded)).isInstanceOf(FetchTimeoutException.class);
  }

  @Test
  void aFetchThatEndsInTimeIsNotTouchedLater() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.fetchTimeout(TIME_TO_JOIN));
    FetchHandle<String> ended = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    assertThat(Eventually.value(ended)).isEqualTo("v");
    FetchHandle<String> later =
        cache.getOrFetch("later", (key, context) -> new CompletableFuture<>());
    assertThat(Eventually.failure(later)).isInstanceOf(FetchTimeoutException.class);

    assertThat(ended).isCompletedWithValue("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.stats().timeoutCount()).isEqualTo(1);
  }

  @Test
  void itEndsAFlightWhoseInsertCallbackIsStuckAndFencesIt() {
    CountDownLatch mayReturn = new CountDownLatch(1);
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          if (fetched.equals("stuck")) {
            Eventually.opens(mayReturn);
          }
          return fetched;
        };
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .fetchTimeout(TIME_TO_JOIN)
                .onInsert(insert)
                .build());
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    Caller<Boolean> completer = Caller.start(() -> loader.run().answer.complete("stuck"));

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    assertThat(cache.getIfPresent("k")).isNull();
    FetchHandle<String> next =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("fresh"));
    assertThat(next.origin()).isEqualTo(Origin.STARTED);
    assertThat(Eventually.value(next)).isEqualTo("fresh");

    mayReturn.countDown();
    assertThat(completer.value()).isNotNull(); // false if the timeout came before it
    assertThat(cache.getIfPresent("k")).isEqualTo("fresh");
    assertThat(cache.stats().timeoutCount()).isEqualTo(1);
  }

  @Test
  void aLoaderOnItsCallersOwnThreadReturnsWhenItReturns() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.executor(Runnable::run).fetchTimeout(SHORT));
    AtomicInteger returned = new AtomicInteger();
    Caller<String> caller =
        Caller.start(
            () ->
                cache.get(
                    "k",
                    key -> {
                      FetchContext context = FetchContext.current();
                      while (!context.isAbandoned()) {
                        Thread.onSpinWait();
                      }
                      returned.incrementAndGet();
                      return "late";
                    }));

    assertThat(caller.failure()).isInstanceOf(FetchTimeoutException.class);
    assertThat(returned).hasValue(1);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aCallersOwnTimeoutBoundsOnlyThatCaller() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    Caller<String> hasty =
        Caller.start(() -> cache.get("k", key -> "never", Duration.ofMillis(20)));

    assertThat(hasty.failure()).isInstanceOf(FetchTimeoutException.class);
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    loader.run().complete("v");
    assertThat(Eventually.value(peer)).isEqualTo("v");
  }

  @Test
  void aTimeoutOfZeroDoesNotWaitAndLeaves() {
    CoalescingCache<String, String> cache = caches.cache();
    Loader<String, String> blocking = loader.blocking();
    for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      Caller<String> hasty = Caller.start(() -> cache.get("k", blocking, none));
      assertThat(hasty.failure()).isInstanceOf(FetchTimeoutException.class);
      assertThat(cache.joinIfInFlight("k")).isNull();
    }

    cache.put("k", "cached");
    assertThat(cache.get("k", blocking, Duration.ZERO)).isEqualTo("cached");
    assertThat(cache.get("k", blocking, Duration.ofSeconds(-1))).isEqualTo("cached");
  }

  @Test
  void aTimeoutThatIsLongEnoughGetsTheValue() {
    CoalescingCache<String, String> cache = caches.cache();
    assertThat(cache.get("k", key -> "v", Duration.ofSeconds(30))).isEqualTo("v");
    assertThat(cache.get("k2", key -> "v", Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo("v");
  }
}
