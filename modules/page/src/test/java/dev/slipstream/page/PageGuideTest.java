package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import dev.slipstream.CoalescingCache;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/page.md} and of the module's Javadoc. */
class PageGuideTest {
  record User(int id, String name) {}

  private final RecentEnds ends = new RecentEnds();
  private final CoalescingCache<Integer, User> users =
      CoalescingCache.builder().fetchListener(ends).build();
  private final CoalescingCache<Integer, User> orders = CoalescingCache.builder().build();

  @AfterEach
  void close() {
    users.close();
    orders.close();
  }

  @Test
  void theFirstPageIsServed() {
    RecentEnds ends = new RecentEnds();
    CoalescingCache<Integer, User> users =
        CoalescingCache.builder().maximumSize(10_000).recordStats().fetchListener(ends).build();

    FlightPage page = FlightPage.builder().cache("users", users, ends).start();
    System.out.println("flights at " + page.uri());

    assertThat(Http.get(page.uri(), "").statusCode()).isEqualTo(200);
    page.close();
    users.close();
  }

  @Test
  void thePageWithSettingsIsServed() {
    FlightPageBuilder builder =
        FlightPage.builder()
            .cache("users", users, ends)
            .cache("orders", orders)
            .port(8090)
            .keys(key -> "user " + key.hashCode() % 1000)
            .allowAbort(true);

    try (FlightPage page = builder.port(0).start()) {
      assertThat(Http.get(page.uri(), "caches").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void thePageIsMountedWhereOperatorsOnlyComeIn() throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(free, 0);
    Authenticator operatorsOnly =
        new BasicAuthenticator("operators") {
          @Override
          public boolean checkCredentials(String name, String password) {
            return name.equals("ann") && password.equals("secret");
          }
        };

    FlightPage page = FlightPage.builder().cache("users", users, ends).build();
    server.createContext("/flights", page).setAuthenticator(operatorsOnly);

    server.start();
    URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/flights/");
    HttpResponse<String> anyone = Http.get(uri, "");
    String login =
        Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> operator = Http.send("GET", uri, "", "Authorization", "Basic " + login);
    page.close();
    server.stop(0);

    assertThat(anyone.statusCode()).isEqualTo(401);
    assertThat(operator.statusCode()).isEqualTo(200);
  }
}
