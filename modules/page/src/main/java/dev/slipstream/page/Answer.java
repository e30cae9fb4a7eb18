package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Map;

/**
 * What a request is answered with: status, type, body, and headers beside those of every answer.
 */
final class Answer {
  private static final String NO_CONTENT = "default-src 'none'; frame-ancestors 'none'";

  private final int status;
  private final String type;
  private final byte[] body;
  private final Map<String, String> headers;

  Answer(int status, String type, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.type = type;
    this.body = body;
    this.headers = headers;
  }

  static Answer html(byte[] html, String contentSecurityPolicy) {
    return new Answer(
        200,
        "text/html; charset=utf-8",
        html,
        Map.of("Content-Security-Policy", contentSecurityPolicy));
  }

  static Answer json(Json json) {
    return new Answer(200, "application/json", json.bytes(), Map.of());
  }

  static Answer text(int status, String text) {
    return text(status, text, Map.of());
  }

  static Answer text(int status, String text, Map<String, String> headers) {
    return new Answer(status, "text/plain; charset=utf-8", (text + "\n").getBytes(UTF_8), headers);
  }

  /** Sends this and ends the exchange. */
  void send(HttpExchange exchange, Writes writes) throws IOException {
    setHeaders(exchange);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    writes.run(
        () -> {
          try (exchange) {
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
              exchange.getResponseBody().write(body);
            }
          }
        });
  }

  /** Sets the headers only, for a body that is written bit by bit. */
  void setHeaders(HttpExchange exchange) {
    Headers all = exchange.getResponseHeaders();
    all.set("Content-Type", type);
    all.set("Content-Security-Policy", NO_CONTENT);
    all.set("Cache-Control", "no-store");
    all.set("X-Content-Type-Options", "nosniff");
    all.set("X-Frame-Options", "DENY");
    all.set("Referrer-Policy", "no-referrer");
    all.set("Cross-Origin-Opener-Policy", "same-origin");
    all.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.forEach(all::set);
  }
}
