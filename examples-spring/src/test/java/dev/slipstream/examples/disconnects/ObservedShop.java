package dev.slipstream.examples.disconnects;

import dev.slipstream.opentelemetry.SlipstreamTelemetry;
import dev.slipstream.page.FlightPage;
import dev.slipstream.page.RecentEnds;
import dev.slipstream.spring.SlipstreamCacheManager;
import dev.slipstream.spring.boot.SlipstreamBuilderCustomizer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.springframework.context.annotation.Bean;

/** The beans by which an application's caches are traced and shown on a page. */
class ObservedShop {
  @Bean
  SlipstreamBuilderCustomizer traces(OpenTelemetry openTelemetry) {
    return SlipstreamTelemetry.builder(openTelemetry).build()::instrument;
  }

  @Bean
  RecentEnds ends() {
    return new RecentEnds();
  }

  @Bean
  SlipstreamBuilderCustomizer endsOfItems(RecentEnds ends) {
    return (cacheName, builder) -> {
      if (cacheName.equals("items")) {
        builder.fetchListener(ends);
      }
    };
  }

  @Bean
  FlightPage flightPage(SlipstreamCacheManager manager, RecentEnds ends) {
    return FlightPage.builder()
        .cache("items", manager.getCache("items").getNativeCache(), ends)
        .start();
  }

  /** Boot's actuator makes the OpenTelemetry of it. */
  @Bean
  SdkTracerProvider tracerProvider(InMemorySpanExporter exporter) {
    return SdkTracerProvider.builder()
        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
        .build();
  }

  @Bean
  InMemorySpanExporter exporter() {
    return InMemorySpanExporter.create();
  }
}
