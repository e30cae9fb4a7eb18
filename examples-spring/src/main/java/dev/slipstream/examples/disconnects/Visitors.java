package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.shared.Workers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The clients: they send the requests of a plan over HTTP, and some of them disconnect. */
final class Visitors {
  private static final int THREADS = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(60); // never, unless something hangs
  private static final int OK = 200;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1) // where to leave is to close the connection
          .executor(pool())
          .build();
  private final IntFunction<URI> address;

  /** Creates clients of a server, which ask it for items by their address. */
  Visitors(IntFunction<URI> address) {
    this.address = address;
  }

  private static ExecutorService pool() {
    return Executors.newFixedThreadPool(THREADS, Workers::daemon);
  }

  /** What became of a request. */
  enum Outcome {
    ANSWERED,
    /** Its client disconnected before it had an answer. */
    DISCONNECTED,
    /** Its client was connected, and got an error. */
    FAILED
  }

  /** Sends the requests, and waits until each has an outcome; counts them. */
  Map<Outcome, Long> send(List<Visit> plan) throws InterruptedException {
    long start = System.nanoTime();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (Visit visit : plan) {
      long left = start + visit.atMillis() * 1_000_000L - System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(left); // not at all if it is late
      outcomes.add(send(visit));
    }
    Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    outcomes.forEach(outcome -> counts.merge(outcome.join(), 1L, Long::sum));
    return Collections.unmodifiableMap(counts);
  }

  private CompletableFuture<Outcome> send(Visit visit) {
    HttpRequest get = HttpRequest.newBuilder(address.apply(visit.item())).timeout(TIMEOUT).build();
    CompletableFuture<HttpResponse<String>> answer = http.sendAsync(get, BodyHandlers.ofString());
    AtomicBoolean left = new AtomicBoolean();
    if (visit.leaves()) {
      CompletableFuture.delayedExecutor(visit.leavesAfterMillis(), TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                left.set(true);
                answer.cancel(true); // closes the connection, unless there was an answer
              });
    }
    return answer.handle((response, failure) -> outcome(response, left.get()));
  }

  private static Outcome outcome(@Nullable HttpResponse<String> response, boolean left) {
    if (response != null && response.statusCode() == OK) {
      return Outcome.ANSWERED;
    }
    return response == null && left ? Outcome.DISCONNECTED : Outcome.FAILED;
  }
}
