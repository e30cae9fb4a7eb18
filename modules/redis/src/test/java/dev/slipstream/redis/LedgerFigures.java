package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static dev.slipstream.ledger.contract.LedgerScene.scope;

import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.processes.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;

/**
 * Prints what a ledger on Redis costs beside a PING of the same run, on the loopback: a program,
 * not a test. Its argument is the server's binary; without one it takes the server that comes with
 * the tests.
 */
final class LedgerFigures {
  private static final int CALLS = 20_000;
  private static final int FETCHES = 100_000;
  private static final int IN_FLIGHT = 256;
  private static final int ROUNDS = 3;
  private static final FetchScope A = scope("a", 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(3));
  private static final Duration KEEP = Duration.ofMinutes(1);
  private static final FetchEnd<String> END = new FetchEnd.Success<>("a value of some length");

  /** The figures of each round. */
  private final Map<String, List<Double>> all = new LinkedHashMap<>();

  private LedgerFigures() {}

  public static void main(String[] args) throws Exception {
    LedgerFigures measured = new LedgerFigures();
    try (RedisServer server =
            args.length == 0 ? RedisServer.embedded() : RedisServer.of(Path.of(args[0]));
        RedisFetchLedger<String, String> ledger = ledger(server);
        RedisFetchLedger<String, String> other = ledger(server)) {
      System.out.println(server.commands().info("server").lines().skip(1).findFirst().get());
      for (int round = 0; round <= ROUNDS; round++) {
        System.out.println(round == 0 ? "to warm up" : "round " + round + " of " + ROUNDS);
        LedgerFigures figures = round == 0 ? new LedgerFigures() : measured;
        String ignored = server.commands().flushall(); // an empty server, as in the first round
        figures.latencies(ledger);
        ignored = server.commands().flushall();
        figures.throughput(server, ledger);
        figures.delivery(ledger, other);
      }
      System.out.println("median of the rounds, least, most");
      measured.all.forEach(LedgerFigures::printRange);
    }
  }

  private static RedisFetchLedger<String, String> ledger(RedisServer server) {
    return RedisContract.connected(
        RedisFetchLedger.builder(server.uri(), RedisContract.CODEC)
            .cache("figures")
            .timeout(Duration.ofSeconds(10))
            .build());
  }

  private void latencies(RedisFetchLedger<String, String> ledger) {
    long[] ping = new long[CALLS];
    long[] join = new long[CALLS];
    long[] complete = new long[CALLS];
    long[] value = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      Object ignored = await(ledger.calls().run(commands -> commands.ping(), answer -> answer));
      ping[i] = System.nanoTime() - start;
      String key = "key " + i;
      start = System.nanoTime();
      Lease<String> lease = leaseOf(await(ledger.join(A, key, OPTIONS)));
      join[i] = System.nanoTime() - start;
      start = System.nanoTime();
      Completion<String> completed = await(ledger.complete(lease, END, KEEP));
      complete[i] = System.nanoTime() - start;
      start = System.nanoTime();
      JoinResult<String, String> joined = await(ledger.join(A, key, OPTIONS));
      value[i] = System.nanoTime() - start;
    }
    double trip = print("PING", ping);
    note("a join that acquires, beside PING", print("join that acquires", join) / trip);
    note("a completion, beside PING", print("complete", complete) / trip);
    note("a join that finds a value, beside PING", print("join that finds a value", value) / trip);
  }

  private void throughput(RedisServer server, RedisFetchLedger<String, String> ledger)
      throws Exception {
    Semaphore room = new Semaphore(IN_FLIGHT);
    double cpu = cpuSeconds(server);
    long start = System.nanoTime();
    for (int i = 0; i < FETCHES; i++) {
      room.acquire();
      CompletionStage<Completion<String>> fetch =
          ledger
              .join(A, "fetch " + i, OPTIONS)
              .thenCompose(joined -> ledger.complete(leaseOf(joined), END, KEEP));
      var unused = fetch.whenComplete((completed, failure) -> room.release());
    }
    room.acquire(IN_FLIGHT);
    double seconds = (System.nanoTime() - start) / 1e9;
    double micros = (cpuSeconds(server) - cpu) * 1e6 / FETCHES;
    System.out.printf(
        "fetches over one connection: %,.0f a second; the server's CPU: %.1f us a fetch%n",
        FETCHES / seconds, micros);
    note("fetches over one connection, a second", FETCHES / seconds);
    note("the server's CPU for a fetch, us", micros);
  }

  private static double cpuSeconds(RedisServer server) {
    return server
        .commands()
        .info("cpu")
        .lines()
        .filter(line -> line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private void delivery(
      RedisFetchLedger<String, String> ledger, RedisFetchLedger<String, String> other)
      throws Exception {
    SynchronousQueue<Long> delivered = new SynchronousQueue<>();
    var feed =
        other.listen(
            scope("b", 1).node(),
            new FeedListener<>() {
              @Override
              public void invalidated(String key) {
                try {
                  delivered.put(System.nanoTime());
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }

              @Override
              public void invalidatedAll() {}

              @Override
              public void changed(String key) {}

              @Override
              public void attached(boolean missedNothing) {}

              @Override
              public void detached() {}
            });
    while (!feed.isAttached()) {
      Thread.onSpinWait();
    }
    long[] times = new long[CALLS / 4];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      var unused = ledger.invalidate(A, "key");
      times[i] = delivered.take() - start;
    }
    print("an invalidation reaches another node", times);
    feed.close();
  }

  /** Prints and notes percentiles; returns the median, in microseconds. */
  private double print(String what, long[] nanos) {
    Arrays.sort(nanos);
    double median = nanos[nanos.length / 2] / 1e3;
    double high = nanos[nanos.length * 99 / 100] / 1e3;
    System.out.printf("%s: p50 %,.0f us, p99 %,.0f us%n", what, median, high);
    note(what + ", p50, us", median);
    note(what + ", p99, us", high);
    return median;
  }

  private void note(String what, double figure) {
    all.computeIfAbsent(what, first -> new ArrayList<>()).add(figure);
  }

  private static void printRange(String what, List<Double> figures) {
    figures.sort(null);
    System.out.printf(
        "%s: %,.2f, %,.2f, %,.2f%n",
        what, figures.get(figures.size() / 2), figures.get(0), figures.get(figures.size() - 1));
  }
}
