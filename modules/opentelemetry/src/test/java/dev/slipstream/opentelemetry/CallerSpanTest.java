package dev.slipstream.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.FetchListener;
import dev.slipstream.opentelemetry.SlipstreamTelemetry.Parent;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a fetch's span is connected with the spans of its callers. */
class CallerSpanTest {
  @RegisterExtension final Traces traces = new Traces();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private CoalescingCache<String, String> cache = cache(Parent.ORIGINATOR);

  private CoalescingCache<String, String> cache(Parent parent) {
    return SlipstreamTelemetry.builder(traces.openTelemetry())
        .parent(parent)
        .build()
        .instrument("users", CoalescingCache.builder())
        .build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private FetchHandle<String> fetchAs(String caller) throws Exception {
    return traces.call(caller, () -> cache.getOrFetch("k", loader.async()));
  }

  @Test
  void itIsAChildOfTheFirstCallersSpan() throws Exception {
    FetchHandle<String> handle = fetchAs("first");
    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    SpanData first = traces.caller("first");
    assertThat(traces.fetch().getParentSpanId()).isEqualTo(first.getSpanId());
    assertThat(traces.fetch().getTraceId()).isEqualTo(first.getTraceId());
    assertThat(first.getLinks()).isEmpty();
  }

  @Test
  void withoutACallersSpanItIsARoot() {
    assertThat(cache.get("k", key -> "v")).isEqualTo("v");

    assertThat(traces.fetch().getParentSpanId()).isEqualTo(SpanId.getInvalid());
  }

  @Test
  void theSpanOfACallerThatJoinsIsLinkedToIt() throws Exception {
    FetchHandle<String> first = fetchAs("first");
    FetchHandle<String> second = fetchAs("second");
    FetchHandle<String> third = fetchAs("third");
    FetchHandle<String> withoutSpan = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");

    assertThat(List.of(first, second, third, withoutSpan))
        .allMatch(handle -> handle.join().equals("v"));
    String fetch = traces.fetch().getSpanId();
    assertThat(traces.caller("first").getLinks()).isEmpty();
    assertThat(Traces.links(traces.caller("second"))).containsExactly(fetch);
    assertThat(Traces.links(traces.caller("third"))).containsExactly(fetch);
    assertThat(traces.fetch().getLinks()).isEmpty();
  }

  @Test
  void aCallerThatJoinsTheFetchOfItsOwnSpanNeedsNoLink() throws Exception {
    List<FetchHandle<String>> handles =
        traces.call(
            "twice",
            () ->
                List.of(
                    cache.getOrFetch("k", loader.async()), cache.getOrFetch("k", loader.async())));
    loader.run().complete("v");

    assertThat(handles).allMatch(handle -> handle.join().equals("v"));
    assertThat(traces.caller("twice").getLinks()).isEmpty();
    assertThat(traces.fetch().getParentSpanId()).isEqualTo(traces.caller("twice").getSpanId());
  }

  @Test
  void withoutAParentItIsATraceOfItsOwnThatEachCallerIsLinkedTo() throws Exception {
    cache.close();
    cache = cache(Parent.NONE);
    FetchHandle<String> first = fetchAs("first");
    FetchHandle<String> second = fetchAs("second");
    loader.run().complete("v");

    assertThat(List.of(first, second)).allMatch(handle -> handle.join().equals("v"));
    SpanData fetch = traces.fetch();
    assertThat(fetch.getParentSpanId()).isEqualTo(SpanId.getInvalid());
    assertThat(fetch.getTraceId()).isNotEqualTo(traces.caller("first").getTraceId());
    assertThat(Traces.links(traces.caller("first"))).containsExactly(fetch.getSpanId());
    assertThat(Traces.links(traces.caller("second"))).containsExactly(fetch.getSpanId());
  }

  @Test
  void inABulkEachFetchIsConnectedOnItsOwn() throws Exception {
    FetchHandle<String> first = fetchAs("first");
    CompletableFuture<Map<String, String>> all =
        traces.call("bulk", () -> cache.getAllOrFetch(List.of("k", "a", "b"), loader.bulk()));
    loader.run(0).complete("v");
    loader.run(1).complete("v");

    assertThat(first).isCompletedWithValue("v");
    assertThat(all.join()).containsOnlyKeys("k", "a", "b");
    SpanData bulk = traces.caller("bulk");
    assertThat(traces.fetches())
        .extracting(SpanData::getParentSpanId)
        .containsExactly(traces.caller("first").getSpanId(), bulk.getSpanId(), bulk.getSpanId());
    assertThat(Traces.links(bulk)).containsExactly(traces.fetches().get(0).getSpanId());
  }

  /** The first caller's thread then reports the join, while that caller's span is current. */
  @Test
  void aCallerThatJoinsBeforeTheStartIsReportedLinksNoSpanOfAnother() throws Exception {
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch joined = new CountDownLatch(1);
    cache.close();
    cache =
        traces
            .telemetry()
            .instrument("users", CoalescingCache.builder())
            .fetchListener(
                new FetchListener<Object>() {
                  @Override
                  public void onStart(long fetchId, Object key) {
                    starting.countDown();
                    Eventually.opens(joined);
                  }
                })
            .build();
    Caller<FetchHandle<String>> first = Caller.start(() -> fetchAs("first"));
    Eventually.opens(starting);
    FetchHandle<String> second = fetchAs("second");
    joined.countDown();
    FetchHandle<String> handle = first.value();
    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    assertThat(second).isCompletedWithValue("v");
    assertThat(traces.caller("first").getLinks()).isEmpty();
    assertThat(traces.caller("second").getLinks()).isEmpty();
  }

  @Test
  void aFetchThatALoaderStartsIsAChildOfTheLoadersFetch() {
    FetchHandle<String> outer =
        cache.getOrFetch("outer", (key, context) -> cache.getOrFetch("inner", loader.async()));
    loader.run().complete("v");

    assertThat(Eventually.value(outer)).isEqualTo("v");
    Eventually.until("both have ended", () -> traces.fetches().size() == 2);
    SpanData inner = traces.fetches().get(0);
    SpanData outerSpan = traces.fetches().get(1);
    assertThat(inner.getParentSpanId()).isEqualTo(outerSpan.getSpanId());
  }
}
