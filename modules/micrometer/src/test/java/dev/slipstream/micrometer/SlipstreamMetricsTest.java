package dev.slipstream.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The meters of a cache in use. */
class SlipstreamMetricsTest {
  private static final IOException DOWN = new IOException("down");

  @RegisterExtension final LogCapture log = new LogCapture();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Meters meters = new Meters(registry);
  private final CompletableFuture<String> source = new CompletableFuture<>();
  private CoalescingCache<String, String> cache = monitored(builder -> builder.recordStats());

  private CoalescingCache<String, String> monitored(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
    registry.clear();
    return SlipstreamMetrics.monitor(
        registry, settings.apply(CoalescingCache.builder()).build(), "users");
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private FetchHandle<String> ask(String key) {
    return cache.getOrFetch(key, (asked, context) -> source);
  }

  @Test
  void itIsTheCacheThatIsReturned() {
    assertThat(SlipstreamMetrics.monitor(registry, cache, "again", "region", "north"))
        .isSameAs(cache);
    assertThat(registry.get("cache.size").tag("cache", "again").tag("region", "north").gauge())
        .isNotNull();
  }

  @Test
  void sizeLookupsPutsAndEvictions() {
    cache = monitored(builder -> builder.recordStats().maximumSize(2));
    source.complete("v");
    for (String key : List.of("a", "b", "c")) {
      cache.put(key, "v");
    }
    cache.cleanUp();
    cache.getIfPresent("none");
    Eventually.value(ask("new"));
    Eventually.value(ask("new"));
    cache.cleanUp();

    assertThat(meters.gauge("cache.size")).isEqualTo(2);
    assertThat(meters.counter("cache.puts")).isEqualTo(3);
    assertThat(meters.counter("cache.evictions")).isEqualTo(2);
    assertThat(meters.counter("cache.eviction.weight")).isEqualTo(2);
    assertThat(meters.counter("cache.gets", "result", "miss")).isEqualTo(2);
    assertThat(meters.counter("cache.gets", "result", "hit")).isEqualTo(1);
  }

  @Test
  void joinsAreMissesAndFetchesAreCountedByOutcome() {
    FetchHandle<String> first = ask("k");
    FetchHandle<String> second = ask("k");
    source.complete("v");
    Eventually.value(first);
    Eventually.value(second);
    Eventually.value(cache.getOrFetch("absent", absent -> null));
    Eventually.failure(
        cache.getOrFetch("broken", (key, context) -> CompletableFuture.failedFuture(DOWN)));
    cache.getOrFetch("left", (key, context) -> new CompletableFuture<>()).cancel(true);

    Eventually.passes(
        () -> {
          assertThat(meters.counter("slipstream.fetches", "outcome", "success")).isEqualTo(1);
          assertThat(meters.counter("slipstream.fetches", "outcome", "absent")).isEqualTo(1);
          assertThat(meters.counter("slipstream.fetches", "outcome", "failure")).isEqualTo(1);
          assertThat(meters.counter("slipstream.fetches", "outcome", "abandoned")).isEqualTo(1);
        });
    assertThat(meters.counter("slipstream.joins")).isEqualTo(1);
    assertThat(meters.counter("cache.gets", "result", "miss")).isEqualTo(5);
    assertThat(meters.counter("cache.load", "result", "success")).isEqualTo(1);
    assertThat(meters.counter("cache.load", "result", "failure")).isEqualTo(2);
    assertThat(registry.get("cache.load.duration").timeGauge().value())
        .isCloseTo(cache.stats().totalFetchNanos() / 1e9, within(1e-6));
  }

  @Test
  void aFetchThatIsTimedOutIsCounted() {
    cache = monitored(builder -> builder.recordStats().fetchTimeout(Duration.ofMillis(1)));

    Eventually.failure(ask("k"));

    Eventually.passes(
        () -> assertThat(meters.counter("slipstream.fetches", "outcome", "timeout")).isEqualTo(1));
    assertThat(meters.counter("cache.load", "result", "failure")).isEqualTo(1);
  }

  @Test
  void whatIsRunningIsSeen() {
    assertThat(meters.gauge("slipstream.fetch.oldest.age")).isZero();
    ask("k");
    ask("k");
    ask("other");

    assertThat(meters.gauge("slipstream.fetches.active")).isEqualTo(2);
    assertThat(meters.gauge("slipstream.awaiters.active")).isEqualTo(3);
    Eventually.passes(
        () -> assertThat(meters.gauge("slipstream.fetch.oldest.age")).isGreaterThan(0.001));
    assertThat(meters.gauge("slipstream.fetch.oldest.age"))
        .isCloseTo(cache.oldestFetchAge().orElseThrow().toNanos() / 1e9, within(5.0));

    source.complete("v");
    Eventually.passes(() -> assertThat(meters.gauge("slipstream.fetches.active")).isZero());
  }

  @Test
  void aFencedFetchIsCounted() {
    FetchHandle<String> handle = ask("k");
    cache.invalidate("k");
    source.complete("v");
    Eventually.value(handle);

    Eventually.passes(() -> assertThat(meters.counter("slipstream.fetches.fenced")).isEqualTo(1));
  }

  @Test
  void staleValuesAndRefreshesAreNoMisses() {
    FakeTicker ticker = new FakeTicker();
    cache =
        monitored(
            builder ->
                builder
                    .recordStats()
                    .ticker(ticker)
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .refreshAfterWrite(Duration.ofMinutes(1)));
    cache.put("k", "old");
    ticker.advance(Duration.ofMinutes(2));
    source.complete("new");

    assertThat(Eventually.value(ask("k"))).isEqualTo("old");

    Eventually.passes(() -> assertThat(cache.getIfPresent("k")).isEqualTo("new"));
    assertThat(meters.counter("slipstream.stale")).isEqualTo(1);
    assertThat(meters.counter("slipstream.refreshes", "cause", "due")).isEqualTo(1);
    assertThat(meters.counter("cache.gets", "result", "miss")).isZero();
  }

  @Test
  void withoutStatisticsThereIsWhatIsKnownAndOneWarning() {
    assertThat(log.warnings()).isEmpty();
    cache = monitored(builder -> builder);

    assertThat(meters.all())
        .containsExactly(
            "cache.size{}",
            "slipstream.awaiters.active{}",
            "slipstream.changes.coalesced{}",
            "slipstream.events.dropped{}",
            "slipstream.fetch.oldest.age{}",
            "slipstream.fetches.active{}");
    assertThat(log.warnings())
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning.getFormattedMessage())
                    .contains("cache users")
                    .contains("recordStats()"));
    cache.put("k", "v");
    assertThat(meters.gauge("cache.size")).isEqualTo(1);
  }

  @Test
  void theMetersOfAClosedCacheKeepWhatTheyCounted() {
    cache.put("k", "v");
    ask("running");
    cache.close();

    assertThat(meters.counter("cache.puts")).isEqualTo(1);
    assertThat(meters.gauge("cache.size")).isEqualTo(1);
    assertThat(meters.gauge("slipstream.fetches.active")).isZero();
    assertThat(meters.gauge("slipstream.fetch.oldest.age")).isZero();
  }

  @Test
  void theMetersDoNotKeepTheCacheAlive() {
    cache.put("k", "v");
    assertThat(meters.counter("cache.puts")).isEqualTo(1);

    cache = CoalescingCache.builder().build();
    Eventually.collects("the cache", () -> Double.isNaN(meters.gauge("cache.size")));

    assertThat(meters.gauge("slipstream.fetches.active")).isNaN();
    assertThat(meters.counter("cache.puts")).isEqualTo(1);
  }

  @Test
  void anUnboundCacheLeavesNoMeterAndItsSuccessorHasItsOwn() {
    registry.clear();
    registry.config().commonTags("host", "a");
    SlipstreamMetrics<CoalescingCache<String, String>> binder =
        new SlipstreamMetrics<>(cache, "users", Tags.empty());
    binder.bindTo(registry);
    SlipstreamMetrics.monitor(registry, cache, "users", "region", "north");
    var listener = SlipstreamMetrics.fetchDurations(registry, "users");
    try (CoalescingCache<String, String> timed =
        CoalescingCache.builder().fetchListener(listener).build()) {
      timed.get("k", key -> "v");
      Eventually.passes(() -> assertThat(registry.find(FetchDurations.NAME).timer()).isNotNull());
    }
    int both = registry.getMeters().size();

    binder.unbindFrom(registry);

    assertThat(registry.getMeters()).hasSize((both - 1) / 2);
    assertThat(registry.getMeters())
        .allSatisfy(
            meter -> assertThat(meter.getId().getTags()).contains(Tag.of("region", "north")));

    cache.close();
    CoalescingCache<String, String> successor = CoalescingCache.builder().recordStats().build();
    SlipstreamMetrics.monitor(registry, successor, "users");
    successor.put("a", "v");
    successor.put("b", "v");
    assertThat(registry.get("cache.puts").tags("cache", "users", "host", "a").functionCounters())
        .extracting(counter -> counter.count())
        .contains(2.0);
    successor.close();
  }

  @Test
  void everyCountHasAMeterOfItsOwn() {
    Map<String, List<String>> metersByCount =
        Map.ofEntries(
            Map.entry("HITS", List.of("cache.gets{result=hit}")),
            Map.entry("READ_HITS", List.of("cache.gets{result=hit}")),
            Map.entry("READ_MISSES", List.of("cache.gets{result=miss}")),
            Map.entry("JOINS", List.of("cache.gets{result=miss}", "slipstream.joins{}")),
            Map.entry("FETCHES", List.of("cache.gets{result=miss}")),
            Map.entry(
                "SUCCESSES",
                List.of("cache.load{result=success}", "slipstream.fetches{outcome=success}")),
            Map.entry(
                "ABSENTS",
                List.of("cache.load{result=failure}", "slipstream.fetches{outcome=absent}")),
            Map.entry(
                "FAILURES",
                List.of("cache.load{result=failure}", "slipstream.fetches{outcome=failure}")),
            Map.entry(
                "TIMEOUTS",
                List.of("cache.load{result=failure}", "slipstream.fetches{outcome=timeout}")),
            Map.entry("ABANDONED", List.of("slipstream.fetches{outcome=abandoned}")),
            Map.entry("FENCED", List.of("slipstream.fetches.fenced{}")),
            Map.entry("STALE", List.of("slipstream.stale{}")),
            Map.entry("STALE_ON_ERROR", List.of("slipstream.stale.on.error{}")),
            Map.entry("SOFT_TIMEOUTS", List.of("slipstream.soft.timeouts{}")),
            Map.entry("REJECTED", List.of("slipstream.rejected{}")),
            Map.entry("BATCHES", List.of("slipstream.batches{}")),
            Map.entry("BATCHED_KEYS", List.of("slipstream.batched.keys{}")),
            Map.entry("REFRESHES", List.of("slipstream.refreshes{cause=due}")),
            Map.entry("EARLY_REFRESHES", List.of("slipstream.refreshes{cause=early}")),
            Map.entry("FAILURE_HITS", List.of("slipstream.failure.hits{}")),
            Map.entry("EVICTIONS", List.of("cache.evictions{}")),
            Map.entry("EVICTION_WEIGHT", List.of("cache.eviction.weight{}")),
            Map.entry("PUTS", List.of("cache.puts{}")),
            Map.entry("LEDGER_HITS", List.of("slipstream.ledger{event=hit}")),
            Map.entry("REMOTE_WAITS", List.of("slipstream.ledger{event=wait}")),
            Map.entry("TAKEOVERS", List.of("slipstream.ledger{event=takeover}")),
            Map.entry("LEDGER_FENCED", List.of("slipstream.ledger{event=fenced}")),
            Map.entry("LEDGER_AWAY", List.of("slipstream.ledger{event=away}")),
            Map.entry("UNSHARED", List.of("slipstream.ledger{event=unshared}")),
            Map.entry("FETCH_NANOS", List.of("cache.load.duration{}")),
            Map.entry("DROPPED_EVENTS", List.of("slipstream.events.dropped{}")),
            Map.entry("COALESCED_CHANGES", List.of("slipstream.changes.coalesced{}")));

    assertThat(metersByCount.keySet()).containsExactlyInAnyOrderElementsOf(FixedCache.COUNTS);
    metersByCount.forEach(
        (count, names) -> {
          FixedCache one = new FixedCache();
          registry.clear();
          SlipstreamMetrics.monitor(registry, one.cache, "users");
          one.set(Map.of(count, 7L));
          assertThat(meters.notZero()).as(count).containsExactlyElementsOf(names);
        });
  }

  @Test
  void missesNeverGoBack() {
    FixedCache fixed = new FixedCache();
    registry.clear();
    SlipstreamMetrics.monitor(registry, fixed.cache, "users");
    fixed.set(Map.of("FETCHES", 2L));
    assertThat(meters.counter("cache.gets", "result", "miss")).isEqualTo(2);

    fixed.set(Map.of("FETCHES", 2L, "REFRESHES", 1L));

    assertThat(meters.counter("cache.gets", "result", "miss")).isEqualTo(2);
  }

  @Test
  void badInputIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> new SlipstreamMetrics<>(null, "users", Tags.empty()))
        .withMessage("cache");
    assertThatNullPointerException()
        .isThrownBy(() -> SlipstreamMetrics.monitor(registry, cache, null))
        .withMessage("cacheName");
    assertThatNullPointerException()
        .isThrownBy(() -> SlipstreamMetrics.monitor(null, cache, "users"))
        .withMessage("registry");
    assertThatNullPointerException()
        .isThrownBy(() -> SlipstreamMetrics.fetchDurations(null, "users"))
        .withMessage("registry");
    assertThatThrownBy(() -> SlipstreamMetrics.monitor(registry, cache, "users", "region"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
