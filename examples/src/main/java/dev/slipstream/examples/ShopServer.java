package dev.slipstream.examples;

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
 * The shop's web server: {@code GET /items/7} names the items that are most like item 7.
 *
 * <p>No thread of it waits for an answer. The JDK's HttpServer does not tell a handler that its
 * client has hung up, so a client sends its patience in a header.
 */
final class ShopServer implements AutoCloseable {
  static final String PATIENCE = "Patience-Millis";

  private static final int DEFAULT_PATIENCE_MILLIS = 5_000;
  private static final int BACKLOG = 4_096; // a burst connects all at once
  private static final int THREADS = 16;
  private static final String PATH = "/items/";
  private static final Handler NOT_OPEN =
      (item, patienceMillis) ->
          CompletableFuture.failedFuture(new IllegalStateException("not open yet"));

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
   * @throws java.net.BindException if the port is in use
   */
  static ShopServer start(int port) throws IOException {
    return new ShopServer(port);
  }

  /** Answers requests: a backend, or less. */
  @FunctionalInterface
  interface Handler {
    CompletableFuture<String> fetch(int item, int patienceMillis);
  }

  /** Lets this one answer from now on. */
  void use(Handler next) {
    handler = next;
  }

  /** Returns the address of an item. */
  URI address(int item) {
    InetSocketAddress address = server.getAddress();
    return URI.create(
        "http://%s:%d%s%d"
            .formatted(address.getAddress().getHostAddress(), address.getPort(), PATH, item));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      int item = Integer.parseInt(exchange.getRequestURI().getPath().substring(PATH.length()));
      String patience = exchange.getRequestHeaders().getFirst(PATIENCE);
      int millis = patience == null ? DEFAULT_PATIENCE_MILLIS : Integer.parseInt(patience);
      handler
          .fetch(item, millis)
          .whenCompleteAsync((names, failure) -> answer(exchange, names, failure), threads);
    } catch (NumberFormatException e) {
      respond(exchange, 400, "GET /items/<number>, please");
    }
  }

  private static void answer(
      HttpExchange exchange, @Nullable String names, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    try {
      if (cause == null) {
        respond(exchange, 200, String.valueOf(names));
      } else if (cause instanceof TimeoutException) {
        respond(exchange, 504, "too late");
      } else {
        respond(exchange, 500, cause.toString());
      }
    } catch (IOException e) {
      exchange.close(); // the client has gone
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
