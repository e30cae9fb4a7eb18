package dev.slipstream.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchHandle;
import dev.slipstream.FetchTimeoutException;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A span for each fetch, with what became of it; none for a hit. */
class FetchSpanTest {
  @RegisterExtension final Traces traces = new Traces();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private CoalescingCache<String, String> cache = cache(builder -> builder);

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
    return traces
        .telemetry()
        .instrument("users", settings.apply(CoalescingCache.builder().name("users")))
        .build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private static void assertEnd(SpanData span, String outcome, int callers, boolean fenced) {
    assertThat(span.hasEnded()).isTrue();
    assertThat(span.getAttributes().get(stringKey("slipstream.fetch.outcome"))).isEqualTo(outcome);
    assertThat(span.getAttributes().get(longKey("slipstream.fetch.callers"))).isEqualTo(callers);
    assertThat(span.getAttributes().get(booleanKey("slipstream.fetch.fenced"))).isEqualTo(fenced);
  }

  private static void assertNoError(SpanData span) {
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().get(stringKey("error.type"))).isNull();
  }

  private static void assertError(SpanData span, String type) {
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).isEmpty();
    assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo(type);
    assertThat(span.getEvents()).as("a message may be secret").isEmpty();
  }

  @Test
  void aMissHasASpan() {
    assertThat(cache.get("k", key -> "v")).isEqualTo("v");

    SpanData span = traces.fetch();
    assertThat(span.getName()).isEqualTo("fetch users");
    assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(span.getInstrumentationScopeInfo().getName())
        .isEqualTo("dev.slipstream.opentelemetry");
    assertThat(span.getAttributes().get(stringKey("slipstream.cache.name"))).isEqualTo("users");
    assertThat(span.getAttributes().get(stringKey("slipstream.key"))).isNull();
    assertEnd(span, "success", 1, false);
    assertNoError(span);
  }

  @Test
  void aHitHasNone() {
    cache.put("k", "v");
    assertThat(cache.get("k", key -> "never")).isEqualTo("v");
    assertThat(cache.getAll(List.of("k"), loader.bulk())).isEqualTo(Map.of("k", "v"));
    assertThat(cache.getIfPresent("k")).isEqualTo("v");

    assertThat(traces.fetches()).isEmpty();
    assertThat(traces.running()).isZero();
  }

  @Test
  void callersThatJoinAndLeaveAreCountedInTheOneSpan() {
    FetchHandle<String> first = cache.getOrFetch("k", loader.async());
    FetchHandle<String> second = cache.getOrFetch("k", loader.async());
    FetchHandle<String> third = cache.getOrFetch("k", loader.async());
    first.cancel(true);
    assertThat(traces.running()).as("it goes on for the others").isEqualTo(1);
    loader.run().complete("v");

    assertThat(List.of(second, third)).allMatch(handle -> handle.join().equals("v"));
    assertEnd(traces.fetch(), "success", 3, false);
  }

  @Test
  void theLastLeaveEndsItAsAbandonedWhichIsNoError() {
    FetchHandle<String> first = cache.getOrFetch("k", loader.async());
    FetchHandle<String> second = cache.getOrFetch("k", loader.async());
    first.cancel(true);
    second.cancel(true);

    SpanData span = traces.fetch();
    assertEnd(span, "abandoned", 2, false);
    assertNoError(span);
  }

  @Test
  void anAbsentValue() {
    assertThat(cache.get("k", key -> null)).isNull();

    assertEnd(traces.fetch(), "absent", 1, false);
    assertNoError(traces.fetch());
  }

  @Test
  void aFailureIsNamedByItsTypeOnly() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().fail(new IOException("secret"));

    assertThat(handle).isCompletedExceptionally();
    assertEnd(traces.fetch(), "failure", 1, false);
    assertError(traces.fetch(), "java.io.IOException");
  }

  @Test
  void aTimeout() {
    cache.close();
    cache = cache(builder -> builder.fetchTimeout(Duration.ofMillis(1)));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    assertEnd(traces.fetch(), "timeout", 1, false);
    assertError(traces.fetch(), FetchTimeoutException.class.getName());
  }

  @Test
  void aFencedFetch() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    FetchHandle<String> later = cache.getOrFetch("k", loader.async());
    loader.run(0).complete("old");
    assertThat(handle).isCompletedWithValue("old");
    assertEnd(traces.fetch(), "success", 1, true);
    loader.run(1).complete("new");

    assertThat(later).isCompletedWithValue("new");
    assertThat(traces.fetches()).hasSize(2);
    assertEnd(traces.fetches().get(1), "success", 1, false);
  }

  @Test
  void inABulkEachKeyHasASpan() {
    cache.put("hit", "v");
    FetchHandle<String> other = cache.getOrFetch("joined", loader.async());
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "hit", "b", "joined"), loader.bulk());
    loader.run(1).answers.complete(Map.of("a", "v"));
    assertThat(traces.fetches()).hasSize(2);
    assertEnd(traces.fetches().get(0), "success", 1, false);
    assertEnd(traces.fetches().get(1), "absent", 1, false);
    loader.run(0).complete("v");

    assertThat(all.join()).containsOnlyKeys("a", "hit", "joined");
    assertThat(other).isCompletedWithValue("v");
    assertThat(traces.fetches()).hasSize(3);
    assertEnd(traces.fetches().get(2), "success", 2, false);
  }

  @Test
  void theEndOfABulkEndsEachOfItsSpans() {
    cache.getAllOrFetch(List.of("a", "b"), loader.bulk()).cancel(true);

    assertThat(traces.fetches()).hasSize(2);
    traces.fetches().forEach(span -> assertEnd(span, "abandoned", 1, false));
  }

  @Test
  void aRefreshAndAPrefetchAreFetches() {
    cache.put("k", "old");
    FetchHandle<String> refresh = cache.refresh("k", loader.async());
    loader.run(0).complete("new");
    assertThat(refresh).isCompletedWithValue("new");
    assertEnd(traces.fetch(), "success", 1, false);
    cache.prefetch("p", loader.async());
    loader.run(1).complete("v");

    assertThat(cache.getIfPresent("p")).isEqualTo("v");
    assertThat(traces.fetches()).hasSize(2);
    assertEnd(traces.fetches().get(1), "success", 0, false);
  }

  @Test
  void aRefreshInTheBackgroundIsAFetchOfNoCaller() {
    FakeTicker ticker = new FakeTicker();
    cache.close();
    cache = cache(builder -> builder.ticker(ticker).refreshAfterWrite(Duration.ofMinutes(1)));
    cache.put("k", "old");
    ticker.advance(Duration.ofMinutes(2));

    assertThat(cache.getOrFetch("k", loader.async())).isCompletedWithValue("old");
    loader.run().complete("new");

    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    assertEnd(traces.fetch(), "success", 0, false);
  }

  @Test
  void severalCachesOfOneTelemetryHaveSpansOfTheirOwn() {
    SlipstreamTelemetry telemetry = traces.telemetry();
    List<CoalescingCache<String, String>> caches =
        List.of(
            telemetry.instrument("a", CoalescingCache.builder()).build(),
            telemetry.instrument("b", CoalescingCache.builder()).build());
    List<FetchHandle<String>> handles =
        caches.stream().map(each -> each.getOrFetch("k", loader.async())).toList();
    loader.run(0).complete("v");
    loader.run(1).complete(null);

    assertThat(handles).allMatch(FetchHandle::isDone);
    assertThat(traces.fetches())
        .extracting(SpanData::getName)
        .containsExactly("fetch a", "fetch b");
    assertEnd(traces.fetches().get(0), "success", 1, false);
    assertEnd(traces.fetches().get(1), "absent", 1, false);
    caches.forEach(CoalescingCache::close);
  }
}
