package dev.slipstream.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An SDK that keeps spans in memory. After each test every span of it has ended. */
final class Traces implements AfterEachCallback {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final AtomicInteger running = new AtomicInteger();
  private final OpenTelemetrySdk sdk;

  Traces() {
    this(Sampler.alwaysOn());
  }

  Traces(Sampler sampler) {
    sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .addSpanProcessor(new Counter())
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
  }

  OpenTelemetry openTelemetry() {
    return sdk;
  }

  SlipstreamTelemetry telemetry() {
    return SlipstreamTelemetry.builder(sdk).build();
  }

  /** Starts a span of a caller. */
  Span start(String name) {
    return sdk.getTracer("test").spanBuilder(name).setNoParent().startSpan();
  }

  /** Makes a call as a caller that has a span, which ends with the call. */
  <T> T call(String name, Callable<T> call) throws Exception {
    Span span = start(name);
    try {
      return Context.root().with(span).wrap(call).call();
    } finally {
      span.end();
    }
  }

  /** Returns how many spans have not ended. */
  int running() {
    return running.get();
  }

  /** Returns the spans of fetches that have ended, in the order of their ends. */
  List<SpanData> fetches() {
    return exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getName().startsWith("fetch "))
        .toList();
  }

  /** Waits for the end of the only fetch, and returns its span. */
  SpanData fetch() {
    Eventually.until("a fetch has ended", () -> !fetches().isEmpty());
    assertThat(fetches()).hasSize(1);
    return fetches().get(0);
  }

  /** Returns the ended span of a caller. */
  SpanData caller(String name) {
    List<SpanData> found =
        exporter.getFinishedSpanItems().stream()
            .filter(span -> span.getName().equals(name))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /** Returns the ids of the spans that a span is linked to. */
  static List<String> links(SpanData span) {
    return span.getLinks().stream()
        .map(LinkData::getSpanContext)
        .map(to -> to.getSpanId())
        .toList();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      Eventually.until("every span has ended", () -> running.get() == 0);
    } finally {
      sdk.close();
    }
  }

  /** Counts the spans that have not ended. */
  private final class Counter implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      running.incrementAndGet();
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      running.decrementAndGet();
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
