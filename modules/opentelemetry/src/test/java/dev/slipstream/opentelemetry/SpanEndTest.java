package dev.slipstream.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CacheClosedException;
import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchException;
import dev.slipstream.FetchHandle;
import dev.slipstream.FetchRejectedException;
import dev.slipstream.LoaderInterceptor;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A span ends with its fetch, however that ends, and nothing is kept of it. */
class SpanEndTest {
  private static final LoaderInterceptor<Object, Object> ANSWERING =
      (key, context, next) -> CompletableFuture.completedFuture("answered");

  @RegisterExtension final Traces traces = new Traces();
  @RegisterExtension final LogCapture logged = new LogCapture();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private CoalescingCache<String, String> cache = cache(traced -> {});

  private CoalescingCache<String, String> cache(
      Consumer<CoalescingCacheBuilder<Object, Object>> settings) {
    CoalescingCacheBuilder<Object, Object> builder =
        traces.telemetry().instrument("users", CoalescingCache.builder().name("users"));
    settings.accept(builder);
    return builder.build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private void assertOnlyEnd(String outcome, Class<?> failure) {
    assertThat(traces.fetch().getAttributes().get(stringKey("slipstream.fetch.outcome")))
        .isEqualTo(outcome);
    assertThat(traces.fetch().getAttributes().get(stringKey("error.type")))
        .isEqualTo(failure == null ? null : failure.getName());
    assertThat(traces.running()).isZero();
  }

  @Test
  void anInterceptorInsideAnswersWithoutALoad() {
    cache.close();
    cache = cache(traced -> traced.loaderInterceptor(ANSWERING));

    assertThat(cache.get("k", key -> "never")).isEqualTo("answered");
    assertOnlyEnd("success", null);
  }

  @Test
  void anInterceptorOutsideAnswersWithoutALoad() {
    CoalescingCache<String, String> answered =
        traces
            .telemetry()
            .instrument("users", CoalescingCache.builder().loaderInterceptor(ANSWERING))
            .build();

    assertThat(answered.get("k", key -> "never")).isEqualTo("answered");
    assertOnlyEnd("success", null);
    answered.close();
  }

  @Test
  void theLoaderThrowsAtOnce() {
    FetchHandle<String> handle =
        cache.getOrFetch("k", loader.throwing(new IllegalStateException()).async());

    assertThat(handle).isCompletedExceptionally();
    assertOnlyEnd("failure", IllegalStateException.class);
    assertThat(Context.current()).isSameAs(Context.root());
  }

  @Test
  void theExecutorRefuses() {
    cache.close();
    cache =
        cache(
            traced ->
                traced.executor(
                    task -> {
                      throw new RejectedExecutionException();
                    }));

    assertThat(cache.getOrFetch("k", key -> "never")).isCompletedExceptionally();
    assertOnlyEnd("failure", FetchRejectedException.class);
  }

  @Test
  void anAbort() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.abort("k", new IOException("stop"));

    assertThat(handle).isCompletedExceptionally();
    assertOnlyEnd("failure", FetchException.class);
  }

  @Test
  void theCacheIsClosed() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.close();

    assertThat(handle).isCompletedExceptionally();
    assertOnlyEnd("failure", CacheClosedException.class);
  }

  @Test
  void theLoaderLosesItsPromise() {
    losePromise();

    Eventually.collects(
        "the span ends",
        () -> {
          cache.cleanUp();
          return traces.running() == 0;
        });
    assertOnlyEnd("abandoned", null);
  }

  private void losePromise() {
    var unused = cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());
  }

  @Test
  void nothingIsKeptOfTheCallersContext() throws Exception {
    WeakReference<Object> left = fetchWithBaggage("left", handle -> handle.cancel(true));
    WeakReference<Object> loaded =
        fetchWithBaggage("loaded", handle -> loader.run(1).complete("v"));
    WeakReference<Object> failed =
        fetchWithBaggage("failed", handle -> loader.run(2).fail(new IOException()));

    Eventually.collects(
        "the contexts are collected",
        () -> left.get() == null && loaded.get() == null && failed.get() == null);
  }

  private WeakReference<Object> fetchWithBaggage(String key, Consumer<FetchHandle<String>> end)
      throws Exception {
    Object baggage = new Object();
    Context context = Context.root().with(ContextKey.named("baggage"), baggage);
    FetchHandle<String> handle = context.wrap(() -> cache.getOrFetch(key, loader.async())).call();
    end.accept(handle);
    assertThat(handle.isDone()).isTrue();
    return new WeakReference<>(baggage);
  }

  @Test
  void aSecondCacheOfOneBuilderIsReported() {
    CoalescingCacheBuilder<Object, Object> builder =
        traces.telemetry().instrument("users", CoalescingCache.builder());
    CoalescingCache<String, String> one = builder.build();
    CoalescingCache<String, String> two = builder.build();
    FetchHandle<String> first = one.getOrFetch("k", loader.async());
    FetchHandle<String> second = two.getOrFetch("k", loader.async());
    loader.run(0).complete("v");
    loader.run(1).complete("v");

    assertThat(first).isCompletedWithValue("v");
    assertThat(second).isCompletedWithValue("v");
    assertThat(logged.warnings()).hasSize(1);
    assertThat(LogCapture.thrown(logged.warnings().get(0)))
        .hasMessageContaining("instrument a builder for each");
    one.close();
    two.close();
  }
}
