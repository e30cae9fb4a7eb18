package dev.slipstream.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QuickStartTest {

  @Test
  @Timeout(60)
  void answersOverHttp() throws Exception {
    JdbcConnectionPool database = JdbcConnectionPool.create(QuickStart.DATABASE, "", "");
    HttpServer server = QuickStart.start(database, 0);
    try {
      assertEquals("200 item 7", get(server, "7"));
      assertEquals("200 item 7", get(server, "7"));
      assertEquals("404 no such item", get(server, "1001"));
      assertEquals("400 the path must be /items/<number>", get(server, "seven"));
    } finally {
      server.stop(0);
      database.dispose();
    }
  }

  private static String get(HttpServer server, String item)
      throws IOException, InterruptedException {
    URI address =
        URI.create("http://localhost:%d/items/%s".formatted(server.getAddress().getPort(), item));
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
