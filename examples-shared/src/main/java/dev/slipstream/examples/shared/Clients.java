package dev.slipstream.examples.shared;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * The clients: they send the requests of a plan over HTTP, each at its time, and record the
 * replies. They all run in one {@link HttpClient}, asynchronously.
 */
public final class Clients {
  private static final long TICK_NANOS = 50_000_000;
  private static final int THREADS = 8; // the client's default makes hundreds in a burst
  private static final int WARM_UPS = 4;
  private static final int GRACE_MILLIS = 2_000;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newFixedThreadPool(THREADS, Workers::daemon))
          .build();
  private final IntFunction<URI> address;

  /**
   * Creates clients of a server.
   *
   * @param address returns the address of an item
   */
  public Clients(IntFunction<URI> address) {
    this.address = address;
  }

  /** Follows the progress of a run, on the thread that called {@link #send}. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Called every 50 milliseconds.
     *
     * @param answered how many requests have a reply so far
     * @param failed how many of those have failed
     */
    void onTick(int answered, int failed);
  }

  /**
   * Connects some clients and lets the JIT compiler see the HTTP code, so that the first run does
   * not pay for it.
   *
   * @param server answers at once meanwhile
   * @param clients how many
   */
  public void warmUp(ShopServer server, int clients) {
    server.use((item, timeoutMillis) -> CompletableFuture.completedFuture("warm"));
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < WARM_UPS * clients; i++) {
      requests.add(new Request(100 * (i / clients), 1, 5_000));
    }
    send(requests, (answered, failed) -> {});
  }

  /**
   * Sends the requests and waits for all replies. There is one for each request: the client itself
   * gives up two seconds after the server should have answered with a timeout.
   *
   * @param plan the requests, by the time at which they are sent
   * @param watcher follows the progress
   * @return the replies, in the order in which they came
   */
  public Collection<Reply> send(List<Request> plan, Watcher watcher) {
    Run run = new Run(watcher);
    long start = System.nanoTime();
    for (Request request : plan) {
      run.waitUntil(start + request.atMillis() * 1_000_000L);
      run.send(request);
    }
    run.waitForReplies(plan.size());
    return run.replies;
  }

  /** The counters of one run. */
  private final class Run {
    final Collection<Reply> replies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Thread thread = Thread.currentThread();
    private final Watcher watcher;
    private long nextTick = System.nanoTime();

    Run(Watcher watcher) {
      this.watcher = watcher;
    }

    void send(Request request) {
      HttpRequest get =
          HttpRequest.newBuilder(address.apply(request.item()))
              .header(ShopServer.TIMEOUT, Integer.toString(request.timeoutMillis()))
              .timeout(Duration.ofMillis(request.timeoutMillis() + GRACE_MILLIS))
              .build();
      long sent = System.nanoTime();
      http.sendAsync(get, BodyHandlers.ofString())
          .handle(
              (response, failure) -> {
                long nanos = System.nanoTime() - sent;
                return failure == null
                    ? new Reply(request, response.statusCode(), nanos, response.body())
                    : new Reply(request, statusOf(request, nanos), nanos, failure.toString());
              })
          .thenAccept(this::add);
    }

    /** Recognizes our own timeout by the clock: it may surface as any IOException. */
    private static int statusOf(Request failed, long nanos) {
      boolean gaveUp = nanos >= (failed.timeoutMillis() + GRACE_MILLIS) * 1_000_000L;
      return gaveUp ? Reply.TIMEOUT : Reply.NO_ANSWER;
    }

    private void add(Reply reply) {
      replies.add(reply);
      if (!reply.succeeded()) {
        failed.incrementAndGet();
      }
      answered.incrementAndGet();
      LockSupport.unpark(thread);
    }

    void waitUntil(long deadline) {
      for (long left = deadline - System.nanoTime();
          left > 0;
          left = deadline - System.nanoTime()) {
        tick();
        LockSupport.parkNanos(this, Math.min(left, TICK_NANOS));
      }
    }

    void waitForReplies(int count) {
      while (answered.get() < count) {
        tick();
        LockSupport.parkNanos(this, TICK_NANOS);
      }
    }

    private void tick() {
      if (System.nanoTime() - nextTick >= 0) {
        nextTick = System.nanoTime() + TICK_NANOS;
        watcher.onTick(answered.get(), failed.get());
      }
    }
  }
}
