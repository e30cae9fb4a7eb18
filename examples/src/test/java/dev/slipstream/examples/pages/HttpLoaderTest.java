package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The part of {@code docs/cache.md} about requests of the JDK's client, with a real connection. */
@Timeout(60)
class HttpLoaderTest {
  private static final int END = -1; // the client has closed the connection

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final CoalescingCache<Integer, String> names = CoalescingCache.builder().build();
  private final CountDownLatch asked = new CountDownLatch(1);
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    names.close();
    server.close();
  }

  @Test
  void theLastLeaveClosesTheConnection() throws Exception {
    CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> serve(""));
    FetchHandle<String> first = fetch();
    FetchHandle<String> last = fetch();
    asked.await();

    first.cancel(true);
    assertFalse(read.isDone());
    last.cancel(true);

    assertEquals(END, read.get(30, TimeUnit.SECONDS));
  }

  @Test
  void aCallerThatStaysGetsTheBody() throws Exception {
    String response = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nAda";
    CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> serve(response));

    assertEquals("Ada", fetch().get(30, TimeUnit.SECONDS));
    assertEquals(END, read.get(30, TimeUnit.SECONDS)); // no server is left on the common pool
  }

  @Test
  void aSharedRequestGoesOnAsItsMinimalStage() throws Exception {
    assertEquals("Ada", bodyAfterLeave(CompletableFuture::minimalCompletionStage));
  }

  @Test
  void aCopyPassesTheCancelOn() {
    assertThrows(ExecutionException.class, () -> bodyAfterLeave(CompletableFuture::copy));
  }

  /** Returns what others get of a shared request, whose fetch has been abandoned. */
  private String bodyAfterLeave(
      Function<CompletableFuture<String>, CompletionStage<String>> handedOver) throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    String response = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nAda";
    CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> serve(response, left));
    CompletableFuture<String> shared =
        http.sendAsync(request(42), BodyHandlers.ofString()).thenApply(HttpResponse::body);
    asked.await();
    names.getOrFetch(42, (id, context) -> handedOver.apply(shared)).cancel(true);
    left.countDown();
    try {
      return shared.get(30, TimeUnit.SECONDS);
    } finally {
      assertEquals(END, read.exceptionally(failure -> END).get(30, TimeUnit.SECONDS));
    }
  }

  private FetchHandle<String> fetch() {
    return names.getOrFetch(
        42,
        (id, context) ->
            http.sendAsync(request(id), BodyHandlers.ofString()).thenApply(HttpResponse::body));
  }

  private HttpRequest request(int id) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/names/%d".formatted(server.getLocalPort(), id)))
        .build();
  }

  private int serve(String response) {
    return serve(response, new CountDownLatch(0));
  }

  /** Reads a request, writes a response, and returns what the connection has after that. */
  private int serve(String response, CountDownLatch mayAnswer) {
    try (Socket connection = server.accept();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(connection.getInputStream()))) {
      String line = in.readLine();
      while (!line.isEmpty()) {
        line = in.readLine();
      }
      asked.countDown();
      mayAnswer.await();
      connection.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
