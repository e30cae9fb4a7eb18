package dev.slipstream.opentelemetry;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import dev.slipstream.FetchEnd;
import dev.slipstream.FetchListener;
import dev.slipstream.LoaderInterceptor;
import dev.slipstream.opentelemetry.SlipstreamTelemetry.Parent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one cache's fetches. The listener starts and ends them: it is notified of each start
 * and of its end, whatever becomes of the loader. The interceptor only makes the span current.
 */
final class FetchSpans<K, V> implements FetchListener<K>, LoaderInterceptor<K, V> {
  private static final AttributeKey<String> CACHE_NAME =
      AttributeKey.stringKey("slipstream.cache.name");
  private static final AttributeKey<String> KEY = AttributeKey.stringKey("slipstream.key");
  private static final AttributeKey<String> OUTCOME =
      AttributeKey.stringKey("slipstream.fetch.outcome");
  private static final AttributeKey<Long> CALLERS =
      AttributeKey.longKey("slipstream.fetch.callers");
  private static final AttributeKey<Boolean> FENCED =
      AttributeKey.booleanKey("slipstream.fetch.fenced");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final Tracer tracer;
  private final String cacheName;
  private final boolean captureKeys;
  private final Parent parent;

  /** By number of the fetch: from its start to its end. */
  private final ConcurrentHashMap<Long, Fetch> running = new ConcurrentHashMap<>();

  FetchSpans(Tracer tracer, String cacheName, boolean captureKeys, Parent parent) {
    this.tracer = tracer;
    this.cacheName = cacheName;
    this.captureKeys = captureKeys;
    this.parent = parent;
  }

  @Override
  public void onStart(long fetchId, K key) {
    Context caller = Context.current();
    Span originator = Span.fromContext(caller);
    Span span = builder(caller, key).startSpan();
    if (parent == Parent.NONE) {
      originator.addLink(span.getSpanContext());
    }
    Fetch fetch = new Fetch(span, caller.with(span), originator.getSpanContext());
    if (running.putIfAbsent(fetchId, fetch) != null) {
      span.end();
      throw new IllegalStateException(
          "two caches were built by the builder that was instrumented as '%s': instrument a builder for each"
              .formatted(cacheName));
    }
  }

  private SpanBuilder builder(Context caller, K key) {
    SpanBuilder builder =
        tracer.spanBuilder("fetch " + cacheName).setAttribute(CACHE_NAME, cacheName);
    if (captureKeys) {
      builder.setAttribute(KEY, text(key));
    }
    return parent == Parent.NONE ? builder.setNoParent() : builder.setParent(caller);
  }

  /** Returns a text also for a key that has none: it is to be traced all the same. */
  private static String text(Object key) {
    try {
      return "" + key;
    } catch (RuntimeException | Error e) {
      return key.getClass().getName() + " (its toString failed)";
    }
  }

  /**
   * Links the caller's span to the fetch's, unless that is its child or linked already. A caller
   * that joins before the start is reported is reported by the first caller's thread, on which that
   * one's span is current: so it gets no link, and no other span gets it in its place.
   */
  @Override
  public void onJoin(long fetchId, K key) {
    Fetch fetch = running.get(fetchId);
    Span caller = Span.current();
    if (fetch != null && !caller.getSpanContext().equals(fetch.originator)) {
      caller.addLink(fetch.span.getSpanContext());
    }
  }

  @Override
  public void onEnd(long fetchId, K key, FetchEnd end) {
    Fetch fetch = running.remove(fetchId);
    if (fetch == null) {
      return;
    }
    Span span = fetch.span;
    span.setAttribute(OUTCOME, end.outcome().name().toLowerCase(Locale.ROOT));
    span.setAttribute(CALLERS, (long) end.callers());
    span.setAttribute(FENCED, end.fenced());
    Throwable failure = end.failure();
    if (failure != null) {
      span.setAttribute(ERROR_TYPE, failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  /**
   * Calls the loader in the context of the fetch. The loader of a bulk is called once for several
   * fetches, outside of this: it is left in the context of its caller.
   */
  @Override
  public CompletionStage<? extends @Nullable V> intercept(
      K key, FetchContext context, AsyncLoader<? super K, ? extends V> next) throws Exception {
    Fetch fetch = key.equals(context.key()) ? running.get(context.fetchId()) : null;
    return fetch == null
        ? next.load(key, context)
        : fetch.context.wrap(() -> next.load(key, context)).call();
  }

  /**
   * A fetch that runs.
   *
   * @param context the first caller's, with the span
   * @param originator the first caller's span
   */
  private record Fetch(Span span, Context context, SpanContext originator) {}
}
