package dev.slipstream.examples.shared;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The shop's web server: {@code GET /items/7} lists the items that are most similar to item 7.
 *
 * <p>None of its threads waits for an answer. The JDK's HttpServer does not notify a handler when
 * the client has closed the connection, so each client sends its timeout in a header.
 */
public final class ShopServer implements AutoCloseable {
  /** The header with the client's timeout. */
  static final String TIMEOUT = "Timeout-Millis";

  private static final int DEFAULT_TIMEOUT_MILLIS = 5_000;
  private static final int BACKLOG = 4_096; // a burst connects all at once
  private static final int THREADS = 16;
  private static final String PATH = "/items/";
  private static final Handler NOT_OPEN =
      (item, timeoutMillis) ->
          CompletableFuture.failedFuture(
              new IllegalStateException("the server has no handler yet"));

  static {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // or answers wait 40 ms for an ACK
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
  }

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Workers::daemon);
  private final HttpServer server;
  private volatile Handler handler = NOT_OPEN; // set between the runs

  private ShopServer(int port) throws IOException {
    InetAddress local = InetAddress.getLoopbackAddress();
    server = HttpServer.create(new InetSocketAddress(local, port), BACKLOG);
    server.setExecutor(threads);
    server.createContext(PATH, this::handle);
    server.start();
  }

  /**
   * Starts a server.
   *
   * @param port where it listens; 0 is any free port
   * @return the server
   * @throws java.net.BindException if the port is in use
   * @throws IOException if it cannot start for another reason
   */
  public static ShopServer start(int port) throws IOException {
    return new ShopServer(port);
  }

  /** Answers the requests. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request.
     *
     * @param item the item that is asked for
     * @param timeoutMillis how long the client waits
     * @return the answer; a {@link TimeoutException} becomes status 504
     */
    CompletableFuture<String> fetch(int item, int timeoutMillis);
  }

  /**
   * Replaces the handler.
   *
   * @param next answers from now on
   */
  public void use(Handler next) {
    handler = next;
  }

  /**
   * Returns the address of an item.
   *
   * @param item the item
   * @return its address
   */
  public URI address(int item) {
    InetSocketAddress address = server.getAddress();
    return URI.create(
        "http://%s:%d%s%d"
            .formatted(address.getAddress().getHostAddress(), address.getPort(), PATH, item));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      int item = Integer.parseInt(exchange.getRequestURI().getPath().substring(PATH.length()));
      String timeout = exchange.getRequestHeaders().getFirst(TIMEOUT);
      int millis = timeout == null ? DEFAULT_TIMEOUT_MILLIS : Integer.parseInt(timeout);
      handler
          .fetch(item, millis)
          .whenCompleteAsync((names, failure) -> answer(exchange, names, failure), threads);
    } catch (NumberFormatException e) {
      respond(exchange, 400, "the path must be /items/<number>");
    }
  }

  private static void answer(
      HttpExchange exchange, @Nullable String names, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    try {
      if (cause == null) {
        respond(exchange, 200, String.valueOf(names));
      } else if (cause instanceof TimeoutException) {
        respond(exchange, 504, "timeout");
      } else {
        respond(exchange, 500, cause.toString());
      }
    } catch (IOException e) {
      exchange.close(); // the client has closed the connection
    }
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
