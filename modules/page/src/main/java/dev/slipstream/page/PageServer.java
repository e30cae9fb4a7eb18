package dev.slipstream.page;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The page's own server: the JDK's. It is made and started on a thread of the page's, so that its
 * own threads are daemons, too, and keep nothing of the application's.
 */
final class PageServer {
  private static final int THREADS = 16; // each may wait for a browser that is slow to ask
  private static final long KEEP_ALIVE_SECONDS = 10;

  private final ThreadFactory threads;
  private final HttpServer server;
  private final ThreadPoolExecutor executor;
  private final URI uri;

  /**
   * Takes the port.
   *
   * @throws UncheckedIOException if it is not to be had
   */
  PageServer(InetSocketAddress address, ThreadFactory threads) {
    this.threads = threads;
    this.server = listen(address);
    this.executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            KEEP_ALIVE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads);
    executor.allowCoreThreadTimeOut(true);
    this.uri = uri(server.getAddress());
  }

  private HttpServer listen(InetSocketAddress address) {
    try {
      return onPageThread(() -> HttpServer.create(address, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the flight page cannot listen at %s:%d (%s): end what listens there, or choose another"
                  .formatted(address.getHostString(), address.getPort(), e.getMessage())
              + " port; port(0) takes a free one",
          e);
    }
  }

  private static URI uri(InetSocketAddress bound) {
    InetAddress address = bound.getAddress();
    InetAddress seen = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    String host = seen.getHostAddress();
    String literal = host.contains(":") ? "[" + host.replaceFirst("%.*", "") + "]" : host;
    return URI.create("http://%s:%d/".formatted(literal, bound.getPort()));
  }

  URI uri() {
    return uri;
  }

  void start(HttpHandler handler) {
    server.createContext("/", handler);
    server.setExecutor(executor);
    try {
      onPageThread(
          () -> {
            server.start();
            return server;
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the flight page's server does not start", e);
    }
  }

  /** Runs a task, which is short, and waits for it also if this thread is interrupted. */
  private HttpServer onPageThread(Callable<HttpServer> task) throws IOException {
    FutureTask<HttpServer> run = new FutureTask<>(task);
    threads.newThread(run).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return run.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("the flight page's server does not start", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Closes the port and all connections at once. */
  void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
