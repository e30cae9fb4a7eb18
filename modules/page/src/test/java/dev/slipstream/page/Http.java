package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;

/** What a browser asks of a page, without the browser. */
final class Http {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper READER = new ObjectMapper();

  private Http() {}

  static HttpResponse<String> get(URI page, String path) {
    return send("GET", page, path);
  }

  static HttpResponse<String> send(String method, URI page, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(path.isEmpty() ? page : page.resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build(), BodyHandlers.ofString());
  }

  /** Asks for the stream, and returns when its first bytes are there. */
  static HttpResponse<InputStream> events(URI page) {
    return send(
        HttpRequest.newBuilder(page.resolve("events")).build(), BodyHandlers.ofInputStream());
  }

  private static <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body) {
    try {
      return CLIENT.send(request, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for an answer", e);
    }
  }

  static JsonNode json(URI page, String path) {
    HttpResponse<String> answer = get(page, path);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
    return json(answer.body());
  }

  static JsonNode json(String text) {
    try {
      return READER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  /** Sends lines as they are, and returns all that is answered until the connection is closed. */
  static String raw(URI page, String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.getPort())) {
      String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** Connects, asks for the stream, and reads nothing of it. */
  static Socket stalledStream(URI page) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1_024);
    socket.connect(new InetSocketAddress(page.getHost(), page.getPort()));
    String request =
        "GET %sevents HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(page.getRawPath());
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }
}
