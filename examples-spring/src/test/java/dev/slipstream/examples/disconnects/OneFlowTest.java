package dev.slipstream.examples.disconnects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.page.FlightPage;
import dev.slipstream.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One flow across all of it: clients disconnect from an application that has the starter, meters,
 * traces and the page. The meters, the span, the page and the database agree on what became of the
 * fetch.
 */
@Timeout(120)
class OneFlowTest {
  private SlowShop slow;
  private Database database;
  private ConfigurableApplicationContext shop;
  private Iterator<String> page;

  @BeforeEach
  void start() throws Exception {
    slow = new SlowShop();
    slow.setItems(1_000_000_000_000L); // more than a query ever looks at
    database = slow.database();
    shop =
        new SpringApplicationBuilder(Shop.class, ObservedShop.class)
            .initializers(context -> context.getBeanFactory().registerSingleton("db", database))
            .run("--server.port=0", "--slipstream.cache.cache-names=items");
    URI events = shop.getBean(FlightPage.class).uri().resolve("events");
    page =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(events).build(), BodyHandlers.ofLines())
            .body()
            .iterator();
  }

  @AfterEach
  void stop() throws SQLException {
    if (shop != null) {
      shop.close();
    }
    slow.close();
  }

  @Test
  void theMetersTheSpanThePageAndTheDatabaseAgreeThatAFetchWasAbandoned() throws Exception {
    CompletableFuture<HttpResponse<String>> first = slow.ask(shop, 7);
    pageShows(cache -> cache.at("/flights/0/callers").asInt() == 1);
    CompletableFuture<HttpResponse<String>> second = slow.ask(shop, 7);
    JsonNode flight =
        pageShows(cache -> cache.at("/flights/0/callers").asInt() == 2).at("/flights/0");
    Eventually.until("the query runs", () -> slow.queriesRunning() == 1);

    assertThat(flight.get("key").asText()).isEqualTo("7");
    assertThat(gauge("slipstream.fetches.active")).isEqualTo(1);
    assertThat(gauge("slipstream.awaiters.active")).isEqualTo(2);

    first.cancel(true); // its client disconnects
    pageShows(cache -> cache.at("/flights/0/callers").asInt() == 1);
    assertThat(slow.queriesRunning()).isEqualTo(1);
    assertThat(second).isNotDone();
    assertThat(fetches("abandoned")).isZero();

    second.cancel(true);
    JsonNode cache = pageShows(state -> state.get("ends").size() > 0);
    Eventually.until("the query has ended", () -> slow.queriesRunning() == 0);

    assertThat(cache.get("flights")).isEmpty();
    assertThat(cache.get("ends")).hasSize(1);
    JsonNode end = cache.at("/ends/0");
    assertThat(end.get("fetch")).isEqualTo(flight.get("fetch"));
    assertThat(end.get("key").asText()).isEqualTo("7");
    assertThat(end.get("outcome").asText()).isEqualTo("ABANDONED");
    assertThat(end.get("callers").asInt()).isEqualTo(2);
    assertThat(cache.get("workSaved").asDouble()).isEqualTo(1);

    SpanData span = span();
    assertThat(span.getName()).isEqualTo("fetch items");
    assertThat(span.getAttributes().get(AttributeKey.stringKey("slipstream.fetch.outcome")))
        .isEqualTo("abandoned");
    assertThat(span.getAttributes().get(AttributeKey.longKey("slipstream.fetch.callers")))
        .isEqualTo(2);

    assertThat(fetches("abandoned")).isEqualTo(1);
    assertThat(fetches("success") + fetches("failure") + fetches("timeout")).isZero();
    Eventually.until("the fetch is timed", () -> timed("abandoned") == 1);
    assertThat(gauge("slipstream.fetches.active")).isZero();
    assertThat(gauge("slipstream.awaiters.active")).isZero();

    Eventually.until("the database has reported it", () -> database.cancelled() == 1);
    assertThat(database.started()).isEqualTo(1);
  }

  /** Returns the next state of the cache on the page that the condition holds of. */
  private JsonNode pageShows(Predicate<JsonNode> condition) throws Exception {
    while (page.hasNext()) {
      String line = page.next();
      if (line.startsWith("data: ")) {
        JsonNode state = new ObjectMapper().readTree(line.substring("data: ".length()));
        JsonNode cache = state.at("/caches/0");
        if (!cache.isMissingNode() && condition.test(cache)) {
          return cache;
        }
      }
    }
    throw new AssertionError("the stream of the page has ended");
  }

  private double fetches(String outcome) {
    return meters()
        .get("slipstream.fetches")
        .tag("cache", "items")
        .tag("outcome", outcome)
        .functionCounter()
        .count();
  }

  private long timed(String outcome) {
    return meters()
        .get("slipstream.fetch.duration")
        .tag("cache", "items")
        .tag("outcome", outcome)
        .timer()
        .count();
  }

  private double gauge(String name) {
    return meters().get(name).tag("cache", "items").gauge().value();
  }

  private MeterRegistry meters() {
    return shop.getBean(MeterRegistry.class);
  }

  private SpanData span() {
    InMemorySpanExporter spans = shop.getBean(InMemorySpanExporter.class);
    Eventually.until("a span has ended", () -> !spans.getFinishedSpanItems().isEmpty());
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    return spans.getFinishedSpanItems().get(0);
  }
}
