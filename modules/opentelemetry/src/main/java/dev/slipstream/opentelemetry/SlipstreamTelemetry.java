package dev.slipstream.opentelemetry;

import dev.slipstream.CoalescingCacheBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.util.Objects;

/**
 * Traces the fetches of caches: a span for each fetch, and none for a hit.
 *
 * <pre>{@code
 * SlipstreamTelemetry telemetry =
 *     SlipstreamTelemetry.builder(openTelemetry).captureKeys(true).build();
 *
 * CoalescingCache<Integer, User> users =
 *     telemetry
 *         .instrument("users", CoalescingCache.builder().name("users"))
 *         .maximumSize(10_000)
 *         .build();
 * }</pre>
 *
 * <p>A span is named {@code fetch} and the name of the cache, its kind is internal, and it lasts
 * from the start of the fetch to its end, also if its loader runs on for nobody. It is a child of
 * the span of the caller that came first. That of a caller that joins gets a link to it. In a bulk
 * each key is a fetch, and has a span.
 *
 * <p>While an {@link dev.slipstream.AsyncLoader} is called, the span is current, in the context of
 * the caller that came first. A blocking loader runs on the cache's executor: it sees that context
 * if the executor passes contexts on, as {@link
 * io.opentelemetry.context.Context#taskWrapping(java.util.concurrent.Executor)
 * Context.taskWrapping} does. Stages that depend on handles, and {@code onAbandon} hooks, run in
 * the context of no caller.
 *
 * <p>Its methods may be called from any thread.
 */
public final class SlipstreamTelemetry {
  private static final String SCOPE = "dev.slipstream.opentelemetry";

  private final Tracer tracer;
  private final boolean captureKeys;
  private final Parent parent;

  private SlipstreamTelemetry(Builder builder) {
    tracer = builder.openTelemetry.getTracer(SCOPE);
    captureKeys = builder.captureKeys;
    parent = builder.parent;
  }

  /**
   * Returns a builder with default settings: spans without keys, as children of the first caller's.
   *
   * @param openTelemetry gives the tracer
   * @return a builder
   */
  public static Builder builder(OpenTelemetry openTelemetry) {
    return new Builder(Objects.requireNonNull(openTelemetry, "openTelemetry"));
  }

  /**
   * Has the fetches of a cache traced, by a listener and an interceptor that are added to its
   * builder. Interceptors that were added before stand outside of the span, those that are added
   * afterwards inside of it.
   *
   * @param cacheName names the cache in its spans. The builder's own name is left as it is
   * @param builder builds one cache; a second one that it builds is not traced as it should be, and
   *     warnings are logged
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the builder
   * @throws IllegalArgumentException if the name is blank
   */
  public <K, V> CoalescingCacheBuilder<K, V> instrument(
      String cacheName, CoalescingCacheBuilder<K, V> builder) {
    Objects.requireNonNull(cacheName, "cacheName");
    Objects.requireNonNull(builder, "builder");
    if (cacheName.isBlank()) {
      throw new IllegalArgumentException(
          "cacheName is blank: give the name by which its spans are to be found");
    }
    FetchSpans<K, V> spans = new FetchSpans<>(tracer, cacheName, captureKeys, parent);
    return builder.<K>fetchListener(spans).<K, V>loaderInterceptor(spans);
  }

  /** Which span is the parent of a fetch's. */
  public enum Parent {
    /** The span of the caller that came first, if it has one. */
    ORIGINATOR,
    /**
     * None: each fetch is a trace of its own, as it works for all of its callers. The span of the
     * caller that came first gets a link to it as well.
     */
    NONE
  }

  /** Settings of a {@link SlipstreamTelemetry}. It is used by one thread at a time. */
  public static final class Builder {
    private final OpenTelemetry openTelemetry;
    private boolean captureKeys;
    private Parent parent = Parent.ORIGINATOR;

    private Builder(OpenTelemetry openTelemetry) {
      this.openTelemetry = openTelemetry;
    }

    /**
     * Sets whether spans have the text of their key, in the attribute {@code slipstream.key}. By
     * default they have not: a key may be secret.
     *
     * @param captureKeys whether to add what the key's {@code toString} returns
     * @return this builder
     */
    public Builder captureKeys(boolean captureKeys) {
      this.captureKeys = captureKeys;
      return this;
    }

    /**
     * Sets which span is the parent of a fetch's. By default {@link Parent#ORIGINATOR}.
     *
     * @param parent the parent
     * @return this builder
     */
    public Builder parent(Parent parent) {
      this.parent = Objects.requireNonNull(parent, "parent");
      return this;
    }

    /**
     * Returns what traces any number of caches with these settings.
     *
     * @return a telemetry
     */
    public SlipstreamTelemetry build() {
      return new SlipstreamTelemetry(this);
    }
  }
}
