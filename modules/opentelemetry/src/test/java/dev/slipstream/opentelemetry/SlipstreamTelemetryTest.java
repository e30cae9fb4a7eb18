package dev.slipstream.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.CoalescingCache;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The settings, and what a tracer may be. */
class SlipstreamTelemetryTest {
  @RegisterExtension final Traces traces = new Traces();
  @RegisterExtension final Traces unsampled = new Traces(Sampler.alwaysOff());

  private record BadKey() {
    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  private CoalescingCache<Object, String> withKeys() {
    return SlipstreamTelemetry.builder(traces.openTelemetry())
        .captureKeys(true)
        .build()
        .instrument("users", CoalescingCache.builder())
        .build();
  }

  @Test
  void keysAreCapturedWhereThatIsAsked() {
    try (CoalescingCache<Object, String> cache = withKeys()) {
      assertThat(cache.get(42, key -> "v")).isEqualTo("v");
    }
    assertThat(traces.fetch().getAttributes().get(stringKey("slipstream.key"))).isEqualTo("42");
  }

  @Test
  void aKeyWithoutATextIsTracedAllTheSame() {
    try (CoalescingCache<Object, String> cache = withKeys()) {
      assertThat(cache.get(new BadKey(), key -> "v")).isEqualTo("v");
    }
    assertThat(traces.fetch().getAttributes().get(stringKey("slipstream.key")))
        .isEqualTo(BadKey.class.getName() + " (its toString failed)");
  }

  @Test
  void aFetchThatIsNotSampledPassesThatOn() {
    AtomicReference<Span> seen = new AtomicReference<>();
    try (CoalescingCache<String, String> cache =
        unsampled.telemetry().instrument("users", CoalescingCache.builder()).build()) {
      assertThat(
              cache
                  .getOrFetch(
                      "k",
                      (key, context) -> {
                        seen.set(Span.current());
                        return CompletableFuture.completedFuture("v");
                      })
                  .join())
          .isEqualTo("v");
    }
    assertThat(seen.get().getSpanContext().isValid()).isTrue();
    assertThat(seen.get().getSpanContext().isSampled()).isFalse();
    assertThat(unsampled.fetches()).isEmpty();
  }

  @Test
  void withoutAnSdkItDoesNothing() {
    SlipstreamTelemetry telemetry = SlipstreamTelemetry.builder(OpenTelemetry.noop()).build();
    try (CoalescingCache<String, String> cache =
        telemetry.instrument("users", CoalescingCache.builder()).build()) {
      assertThat(cache.get("k", key -> "v")).isEqualTo("v");
    }
  }

  @Test
  void theBuilderAndItsNameAreLeftAsTheyAre() {
    try (CoalescingCache<String, String> cache =
        traces
            .telemetry()
            .instrument("in traces", CoalescingCache.builder().name("users").recordStats())
            .build()) {
      assertThat(cache.get("k", key -> "v")).isEqualTo("v");
      assertThat(cache.name()).isEqualTo("users");
      assertThat(cache.stats().fetchCount()).isEqualTo(1);
    }
    assertThat(traces.fetch().getName()).isEqualTo("fetch in traces");
  }

  @Test
  void nullsAndABlankNameAreRefused() {
    SlipstreamTelemetry telemetry = traces.telemetry();
    assertThatNullPointerException()
        .isThrownBy(() -> SlipstreamTelemetry.builder(null))
        .withMessage("openTelemetry");
    assertThatNullPointerException()
        .isThrownBy(() -> SlipstreamTelemetry.builder(OpenTelemetry.noop()).parent(null))
        .withMessage("parent");
    assertThatNullPointerException()
        .isThrownBy(() -> telemetry.instrument(null, CoalescingCache.builder()))
        .withMessage("cacheName");
    assertThatNullPointerException()
        .isThrownBy(() -> telemetry.instrument("users", null))
        .withMessage("builder");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> telemetry.instrument(" ", CoalescingCache.builder()))
        .withMessageContaining("cacheName is blank");
  }
}
