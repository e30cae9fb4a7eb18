package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.ControlledLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page in a server of the application's: here one with no thread but its dispatcher. */
class MountTest {
  /** Of about 60,000 bytes each: together they are more than the buffers of a connection. */
  private static final int STATES_TO_BLOCK_A_WRITE = 150;

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final CoalescingCache<String, String> users = CoalescingCache.builder().build();
  private final FlightPage page =
      FlightPage.builder().cache("users", users).every(Duration.ofMillis(1)).build();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/admin/flights", page);
    server.start();
  }

  @AfterEach
  void close() {
    page.close();
    server.stop(0);
    users.close();
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  @Test
  void itsPathsAreBelowTheOneThatItIsMountedAt() {
    URI mounted = uri("/admin/flights/");

    assertThat(Http.get(mounted, "").body()).startsWith("<!doctype html>");
    assertThat(Http.json(mounted, "caches/users").get("name").textValue()).isEqualTo("users");
    assertThat(Http.get(uri("/admin/flightsAndMore"), "").statusCode()).isEqualTo(404);
  }

  @Test
  void withoutTheLastSlashItRedirectsRelativeToTheRequest() {
    HttpResponse<String> answer = Http.get(uri("/admin/flights"), "");

    assertThat(answer.statusCode()).isEqualTo(308);
    assertThat(answer.headers().firstValue("Location")).contains("flights/");
  }

  @Test
  void itIsAtTheRootOfAContextWithASlash() throws IOException {
    server.createContext("/", page);

    assertThat(Http.json(uri("/"), "caches/users").get("name").textValue()).isEqualTo("users");
    assertThat(Http.raw(uri("/"), "GET /caches HTTP/1.1", "Host: any.example"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void streamsTakeNoThreadOfTheServer() throws IOException {
    URI mounted = uri("/admin/flights/");
    try (Follower one = new Follower(mounted);
        Follower two = new Follower(mounted)) {
      one.next("hello");
      two.next("hello");
      var caller = users.getOrFetch("key", loader.async());

      assertThat(Http.json(mounted, "caches/users").get("flights")).hasSize(1);
      one.state(state -> state.at("/caches/0/flights").size() == 1);
      assertThat(caller.isDone()).isFalse();
    }
  }

  @Test
  void closeEndsTheStreamsAlsoOfABrowserThatReadsNothingAndLeavesTheServer() throws IOException {
    List<?> callers =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(i -> users.getOrFetch("x".repeat(190) + i, loader.async()))
            .toList();
    URI mounted = uri("/admin/flights/");
    try (Socket stalled = Http.stalledStream(mounted);
        Follower follower = new Follower(mounted)) {
      follower.next("hello");
      for (int i = 0; i < STATES_TO_BLOCK_A_WRITE; i++) {
        follower.next("state");
      }

      page.close();

      follower.awaitEnd();
      assertThat(CloseTest.threads()).isEmpty();
      HttpResponse<String> answer = Http.get(mounted, "");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("this page is closed");
      assertThat(stalled.isConnected()).isTrue();
    }
    assertThat(callers).hasSize(200);
  }
}
