package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchException;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fetches are aborted where the page was built so, by what has read it, and nowhere else. */
class AbortTest {
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final CoalescingCache<String, String> users = CoalescingCache.builder().build();
  private final FetchHandle<String> caller = users.getOrFetch("key", loader.async());
  private FlightPage page = FlightPage.builder().cache("users", users).allowAbort(true).start();

  @AfterEach
  void close() {
    page.close();
    users.close();
  }

  private String token() throws IOException {
    try (Follower follower = new Follower(page.uri())) {
      return follower.next("hello").get("token").textValue();
    }
  }

  private HttpResponse<String> abort(long fetchId, String... headers) {
    return Http.send("POST", page.uri(), "caches/users/fetches/" + fetchId + "/abort", headers);
  }

  @Test
  void theTokenAbortsAFetch() throws IOException {
    HttpResponse<String> answer = abort(caller.fetchId(), AbortToken.HEADER, token());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Http.json(answer.body()).get("aborted").textValue())
        .isEqualTo(Long.toString(caller.fetchId()));
    assertThat(Eventually.failure(caller))
        .isInstanceOf(FetchException.class)
        .cause()
        .isInstanceOf(CancellationException.class)
        .hasMessage("aborted on the flight page");
    loader.run().awaitCancelled();
  }

  @Test
  void anOpenPageShowsTheAbortAtOnce() throws IOException {
    page.close();
    page =
        FlightPage.builder()
            .cache("users", users)
            .allowAbort(true)
            .every(java.time.Duration.ofHours(1))
            .start();
    try (Follower follower = new Follower(page.uri())) {
      String token = follower.next("hello").get("token").textValue();
      follower.state(state -> state.at("/caches/0/flights").size() == 1);

      assertThat(abort(caller.fetchId(), AbortToken.HEADER, token).statusCode()).isEqualTo(200);

      follower.state(state -> state.at("/caches/0/flights").isEmpty());
    }
  }

  @Test
  void withoutTheTokenNothingIsAborted() throws IOException {
    String right = token();
    for (String wrong : List.of("", "x", right + "x", right.substring(1))) {
      assertThat(abort(caller.fetchId(), AbortToken.HEADER, wrong).statusCode()).isEqualTo(403);
    }
    HttpResponse<String> answer = abort(caller.fetchId());

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("Slipstream-Token").doesNotContain(right);
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void theTokenOfAnotherPageIsNotGood() throws IOException {
    String token = token();
    page.close();
    page = FlightPage.builder().cache("users", users).allowAbort(true).start();

    assertThat(abort(caller.fetchId(), AbortToken.HEADER, token).statusCode()).isEqualTo(403);
  }

  @Test
  void unlessItIsAllowedThereIsNoTokenAndNoAbort() throws IOException {
    String token = token();
    page.close();
    page = FlightPage.builder().cache("users", users).start();

    try (Follower follower = new Follower(page.uri())) {
      assertThat(follower.next("hello").get("token").isNull()).isTrue();
    }
    HttpResponse<String> answer = abort(caller.fetchId(), AbortToken.HEADER, token);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("allowAbort(true)");
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void anotherSiteIsNotAllowedToAskWithTheHeader() {
    HttpResponse<String> answer =
        Http.send(
            "OPTIONS",
            page.uri(),
            "caches/users/fetches/" + caller.fetchId() + "/abort",
            "Origin",
            "http://evil.example",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            AbortToken.HEADER);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
  }

  @Test
  void aFetchThatHasEndedOrIsFencedIs409() throws IOException {
    String token = token();
    assertThat(abort(caller.fetchId() + 1, AbortToken.HEADER, token).statusCode()).isEqualTo(409);

    users.invalidate("key");
    HttpResponse<String> answer = abort(caller.fetchId(), AbortToken.HEADER, token);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("it has ended, is fenced, or just stores");
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void theFetchThatFollowsAFencedOneIsNotAborted() throws IOException {
    users.invalidate("key");
    FetchHandle<String> next = users.getOrFetch("key", loader.async());

    assertThat(abort(caller.fetchId(), AbortToken.HEADER, token()).statusCode()).isEqualTo(409);
    assertThat(caller.isDone()).isFalse();
    assertThat(next.isDone()).isFalse();
  }

  @Test
  void anotherFetchOfTheKeyIsNotAborted() throws IOException {
    String token = token();
    long ended = caller.fetchId();
    loader.run().complete("value");
    users.invalidate("key");
    FetchHandle<String> next = users.getOrFetch("key", loader.async());

    assertThat(abort(ended, AbortToken.HEADER, token).statusCode()).isEqualTo(409);
    assertThat(next.isDone()).isFalse();
  }

  @Test
  void whatIsNoNumberIs404() throws IOException {
    String token = token();
    for (String fetch : List.of("x", "-1", "", "99999999999999999999")) {
      HttpResponse<String> answer =
          Http.send(
              "POST",
              page.uri(),
              "caches/users/fetches/" + fetch + "/abort",
              AbortToken.HEADER,
              token);
      assertThat(answer.statusCode()).as(fetch).isEqualTo(404);
    }
    JsonNode json = Http.json(page.uri(), "caches/users");
    assertThat(json.get("flights")).hasSize(1);
  }
}
