package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.ControlledLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The paths of the page: what each answers, and what it refuses. */
class FlightPageTest {
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final RecentEnds ends = new RecentEnds();
  private final CoalescingCache<String, String> users =
      CoalescingCache.builder().recordStats().fetchListener(ends).build();
  private final CoalescingCache<String, String> orders = CoalescingCache.builder().build();
  private FlightPage page =
      FlightPage.builder().cache("users", users, ends).cache("a/b ü+%", orders).start();

  @AfterEach
  void close() {
    page.close();
    users.close();
    orders.close();
  }

  private void restart(FlightPageBuilder builder) {
    page.close();
    page = builder.start();
  }

  @Test
  void thePageIsOneFileForTheLoopbackAddressOnly() throws IOException {
    HttpResponse<String> answer = Http.get(page.uri(), "");

    assertThat(page.uri().getHost()).isEqualTo(InetAddress.getLoopbackAddress().getHostAddress());
    assertThat(page.uri().getPort()).isPositive();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(answer.body()).startsWith("<!doctype html>").endsWith("</html>\n");
  }

  @Test
  void theJsonOfACacheHasItsNumbersFlightsAndEnds() {
    assertThat(users.get("cached", key -> "value")).isEqualTo("value");
    assertThat(users.get("cached", key -> "other")).isEqualTo("value");
    var one = users.getOrFetch("running", loader.async());
    var two = users.getOrFetch("running", loader.async());

    JsonNode json = Http.json(page.uri(), "caches/users");

    assertThat(json.get("name").textValue()).isEqualTo("users");
    assertThat(json.get("hitRate").doubleValue()).isEqualTo(0.25);
    assertThat(json.get("coalescingRate").doubleValue()).isEqualTo(1.0 / 3);
    assertThat(json.get("workSaved").doubleValue()).isZero();
    assertThat(json.at("/counts/inFlight").intValue()).isEqualTo(1);
    assertThat(json.at("/counts/callers").intValue()).isEqualTo(2);
    assertThat(json.at("/counts/hits").intValue()).isEqualTo(1);
    assertThat(json.at("/counts/joins").intValue()).isEqualTo(1);
    assertThat(json.at("/counts/fetches").intValue()).isEqualTo(2);
    JsonNode flight = json.at("/flights/0");
    assertThat(flight.get("key").textValue()).isEqualTo("running");
    assertThat(flight.get("fetch").textValue()).isEqualTo(Long.toString(one.fetchId()));
    assertThat(flight.get("callers").intValue()).isEqualTo(2);
    assertThat(flight.get("ageMicros").isIntegralNumber()).isTrue();
    assertThat(flight.get("fenced").booleanValue()).isFalse();
    assertThat(flight.get("cause").textValue()).isEqualTo("MISS");
    assertThat(flight.get("phase").textValue()).isEqualTo("LOADING");
    assertThat(json.at("/ends/0/key").textValue()).isEqualTo("cached");
    assertThat(json.at("/ends/0/outcome").textValue()).isEqualTo("SUCCESS");
    assertThat(two.isDone()).isFalse();
  }

  @Test
  void theWorkSavedIsThePartOfTheFetchesThatWereAbandoned() {
    users.getOrFetch("left", loader.async()).cancel(true);
    assertThat(users.get("kept", key -> "value")).isEqualTo("value");

    assertThat(Http.json(page.uri(), "caches/users").get("workSaved").doubleValue()).isEqualTo(0.5);
  }

  @Test
  void aFlightThatWasWrittenOverIsFenced() {
    var caller = users.getOrFetch("key", loader.async());
    users.invalidate("key");

    assertThat(Http.json(page.uri(), "caches/users").at("/flights/0/fenced").booleanValue())
        .isTrue();
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void whereNothingIsCountedThereIsNoRatioAndWithoutAListenerThereAreNoEnds() {
    assertThat(orders.get("key", key -> "value")).isEqualTo("value");

    JsonNode json = Http.json(page.uri(), "caches/a%2Fb%20%C3%BC+%25");

    assertThat(json.get("name").textValue()).isEqualTo("a/b ü+%");
    for (String name : List.of("hitRate", "coalescingRate", "workSaved", "ends")) {
      assertThat(json.get(name).isNull()).as(name).isTrue();
    }
  }

  @Test
  void allCachesAreListedInTheOrderGiven() {
    assertThat(Http.json(page.uri(), "caches").findValuesAsText("name"))
        .containsExactly("users", "a/b ü+%");
  }

  @Test
  void ofManyFlightsTheOldestAreShownAndTheOthersCounted() {
    for (int i = 0; i < 203; i++) {
      assertThat(users.getOrFetch("key " + i, loader.async()).isDone()).isFalse();
    }

    JsonNode json = Http.json(page.uri(), "caches/users");

    assertThat(json.get("flights")).hasSize(200);
    assertThat(json.get("moreFlights").intValue()).isEqualTo(3);
    assertThat(json.at("/counts/inFlight").intValue()).isEqualTo(203);
    assertThat(json.at("/flights/0/key").textValue()).isEqualTo("key 0");
  }

  @Test
  void keysAreTextAndValuesAndMessagesAreNowhere() {
    assertThat(users.getOrFetch("<b>x</b>\n\"", loader.async()).isDone()).isFalse();
    assertThat(users.get("known", key -> "the value")).isEqualTo("the value");
    assertThatThrownBy(
            () ->
                users.get(
                    "failing",
                    key -> {
                      throw new IOException("the message");
                    }))
        .hasRootCauseMessage("the message");

    String body = Http.get(page.uri(), "caches/users").body();

    assertThat(Http.json(body).at("/flights/0/key").textValue()).isEqualTo("<b>x</b>\n\"");
    assertThat(body).contains("known", "failing", "java.io.IOException");
    assertThat(body).doesNotContain("the value", "the message", "<b>", "\n");
  }

  @Test
  void keysAreWrittenByTheFunctionAndCut() {
    restart(
        FlightPage.builder()
            .cache("users", users)
            .keys(
                key -> {
                  if (key.equals("bad")) {
                    throw new IllegalStateException("secret");
                  }
                  return "key of " + key.toString().length();
                }));
    assertThat(users.getOrFetch("secret", loader.async()).isDone()).isFalse();
    assertThat(users.getOrFetch("bad", loader.async()).isDone()).isFalse();

    String body = Http.get(page.uri(), "caches/users").body();

    assertThat(Http.json(body).at("/flights/0/key").textValue()).isEqualTo("key of 6");
    assertThat(Http.json(body).at("/flights/1/key").textValue())
        .isEqualTo("(a key without a text: java.lang.IllegalStateException)");
    assertThat(body).doesNotContain("secret");
    assertThat(new KeyTexts(Object::toString).of("x".repeat(300))).hasSize(200).endsWith("x…");
  }

  @Test
  void whatIsNotThereIs404() {
    for (String path :
        List.of("nothing", "events/", "caches/", "caches/none", "caches/users/", "index.html")) {
      HttpResponse<String> answer = Http.get(page.uri(), path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).contains("caches");
    }
  }

  @Test
  void otherMethodsAre405AndNameThoseAllowed() {
    for (String path : List.of("", "caches", "caches/users")) {
      HttpResponse<String> answer = Http.send("PUT", page.uri(), path);
      assertThat(answer.statusCode()).as(path).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }
    assertThat(Http.send("HEAD", page.uri(), "events").headers().firstValue("Allow"))
        .contains("GET");
    assertThat(Http.get(page.uri(), "caches/users/fetches/1/abort").headers().firstValue("Allow"))
        .contains("POST");
  }

  @Test
  void headIsAnsweredWithoutABody() {
    for (String path : List.of("", "caches", "caches/users")) {
      HttpResponse<String> answer = Http.send("HEAD", page.uri(), path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void aPortInUseIsNamedWithWhatToDo() {
    FlightPageBuilder second =
        FlightPage.builder().cache("users", users).port(page.uri().getPort());

    assertThatThrownBy(second::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(BindException.class)
        .hasMessageStartingWith("the flight page cannot listen at ")
        .hasMessageContaining(":" + page.uri().getPort() + " (Address already in use")
        .hasMessageEndingWith(
            "end what listens there, or choose another port; port(0) takes a free one");
  }

  @Test
  void aPageWithoutAServerHasNoAddress() {
    try (FlightPage mounted = FlightPage.builder().cache("users", users).build()) {
      assertThatThrownBy(mounted::uri)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("it is where it was mounted, or use start()");
    }
  }

  @Test
  void aClosedCacheIsShownWithoutFlights() {
    assertThat(users.getOrFetch("key", loader.async()).isDone()).isFalse();
    users.close();

    JsonNode json = Http.json(page.uri(), "caches/users");

    assertThat(json.get("flights")).isEmpty();
    assertThat(json.at("/ends/0/outcome").textValue()).isEqualTo("FAILURE");
  }
}
