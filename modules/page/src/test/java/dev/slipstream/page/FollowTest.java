package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stream of events, over real connections. */
class FollowTest {
  private static final Duration OFTEN = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofHours(1);

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final RecentEnds ends = new RecentEnds();
  private final CoalescingCache<String, String> users =
      CoalescingCache.builder().recordStats().fetchListener(ends).build();
  private FlightPage page;

  @AfterEach
  void close() {
    page.close();
    users.close();
  }

  private FlightPageBuilder builder() {
    return FlightPage.builder().cache("users", users, ends);
  }

  private static boolean hasFlights(JsonNode state, int count) {
    return state.at("/caches/0/flights").size() == count;
  }

  @Test
  void theStreamBeginsWithTheHistoryAndAStateAtOnce() throws IOException {
    page = builder().every(NEVER).start();
    try (Follower follower = new Follower(page.uri())) {
      JsonNode hello = follower.next("hello");

      assertThat(follower.status()).isEqualTo(200);
      assertThat(follower.header("Content-Type")).contains("text/event-stream; charset=utf-8");
      assertThat(follower.header("Cache-Control")).contains("no-store");
      assertThat(follower.header("X-Accel-Buffering")).contains("no");
      assertThat(hello.get("everyMillis").longValue()).isEqualTo(3_600_000);
      assertThat(hello.get("rows").intValue()).isEqualTo(300);
      assertThat(hello.get("columns")).hasSize(Column.ALL.size());
      assertThat(hello.at("/history/users").isArray()).isTrue();
      assertThat(hasFlights(follower.next("state"), 0)).isTrue();
    }
  }

  @Test
  void flightsAppearAndLeaveAndTheirEndsStay() throws IOException {
    page = builder().every(OFTEN).start();
    try (Follower follower = new Follower(page.uri())) {
      follower.next("hello");
      var caller = users.getOrFetch("key", loader.async());
      JsonNode state = follower.state(one -> hasFlights(one, 1));
      long age = state.at("/caches/0/flights/0/ageMicros").longValue();
      follower.state(one -> one.at("/caches/0/flights/0/ageMicros").longValue() > age);

      loader.run().complete("value");

      state = follower.state(one -> hasFlights(one, 0) && one.at("/caches/0/ends").size() == 1);
      assertThat(state.at("/caches/0/ends/0/key").textValue()).isEqualTo("key");
      assertThat(Eventually.value(caller)).isEqualTo("value");
    }
  }

  @Test
  void theHistoryIsThereForAPageThatIsOpenedLater() throws IOException {
    page = builder().every(OFTEN).start();
    assertThat(users.get("key", key -> "value")).isEqualTo("value");
    Eventually.until("a row has the fetch", () -> last("fetches") == 1);

    assertThat(last("successes")).isEqualTo(1);
    assertThat(last("size")).isEqualTo(1);
    assertThat(last("inFlight")).isZero();
  }

  /** Returns a number of the history's last row, -1 if there is no row yet. */
  private int last(String label) throws IOException {
    try (Follower follower = new Follower(page.uri())) {
      JsonNode hello = follower.next("hello");
      JsonNode rows = hello.at("/history/users");
      int column = 0;
      while (!hello.get("columns").get(column).textValue().equals(label)) {
        column++;
      }
      return rows.isEmpty() ? -1 : rows.get(rows.size() - 1).get(column).intValue();
    }
  }

  @Test
  void inSilenceTheStreamHasHeartbeats() throws IOException {
    page = builder().every(NEVER).heartbeat(OFTEN).start();
    try (Follower follower = new Follower(page.uri())) {
      follower.next("hello");
      List<String> next = follower.next();
      while (!next.equals(List.of(": heartbeat"))) {
        assertThat(next.get(0)).isEqualTo("event: state");
        next = follower.next();
      }
      assertThat(follower.next()).isEqualTo(List.of(": heartbeat"));
    }
  }

  @Test
  void oneMoreThanTheLimitIsRefusedUntilOneHasGone() throws IOException {
    page = builder().every(OFTEN).maxStreams(2).start();
    try (Follower first = new Follower(page.uri());
        Follower second = new Follower(page.uri())) {
      first.next("hello");
      second.next("hello");
      try (Follower third = new Follower(page.uri())) {
        assertThat(third.status()).isEqualTo(503);
        assertThat(third.header("Retry-After")).contains("5");
      }
      assertThat(Http.get(page.uri(), "events").body())
          .contains("there are 2 streams, as many as there may be", "maxStreams");
      assertThat(Http.get(page.uri(), "caches").statusCode()).isEqualTo(200);

      first.close();

      Eventually.until("there is room again", () -> hasRoom());
    }
  }

  private boolean hasRoom() throws IOException {
    try (Follower follower = new Follower(page.uri())) {
      return follower.status() == 200;
    }
  }

  /** Its states are large, its buffers small: the writes to it block soon. */
  @Test
  void aBrowserThatReadsNothingHoldsUpNoOtherAndIsEndedInTime() throws IOException {
    fill();
    page = builder().every(OFTEN).writeTimeout(Duration.ofMillis(100)).maxStreams(2).start();
    try (Socket stalled = Http.stalledStream(page.uri());
        Follower follower = new Follower(page.uri())) {
      follower.next("hello");
      follower.state(state -> hasFlights(state, 200));
      loader.run().complete("value");
      follower.state(state -> state.at("/caches/0/counts/inFlight").intValue() == 199);

      Eventually.until("its place is free", this::hasRoom);
      follower.next("state");
      assertThat(stalled.isConnected()).isTrue();
    }
  }

  private void fill() {
    List<Object> callers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      callers.add(users.getOrFetch("x".repeat(190) + i, loader.async()));
    }
    assertThat(callers).hasSize(200);
  }

  @Test
  void aPageThatCannotLookAtItsCachesOnceGoesOn() throws IOException {
    int[] calls = new int[1];
    page =
        builder()
            .every(OFTEN)
            .keys(
                key -> {
                  calls[0]++;
                  throw new StackOverflowError();
                })
            .start();
    var caller = users.getOrFetch("key", loader.async());
    try (Follower follower = new Follower(page.uri())) {
      follower.next("hello");
      JsonNode state = follower.state(one -> hasFlights(one, 1));
      assertThat(state.at("/caches/0/flights/0/key").textValue())
          .contains("java.lang.StackOverflowError");
      follower.next("state");
    }
    assertThat(calls[0]).isPositive();
    assertThat(caller.isDone()).isFalse();
  }
}
