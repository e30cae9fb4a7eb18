package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Clients;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Reply;
import dev.slipstream.examples.shared.Request;
import dev.slipstream.examples.shared.ShopServer;
import dev.slipstream.examples.shared.Workers;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sets up the shop, and runs the same load and the same outage with each backend. */
final class Experiment {
  private static final int WARM_UP_CLIENTS = 50;
  private static final int WARM_UP_QUERIES = 200;
  private static final List<Contestant> CONTESTANTS =
      List.of(
          SlipstreamBackend::plain,
          SlipstreamBackend::withSettings,
          CaffeineBackend::refreshing,
          CaffeineBackend::withBulkhead);

  private final Options options;
  private final ProgressBar progress;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Workers::daemon);

  Experiment(Options options, ProgressBar progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Starts a backend whose entries have a time to live. */
  @FunctionalInterface
  private interface Contestant {
    Backend start(Shop shop, Duration timeToLive);
  }

  /**
   * Runs the experiment.
   *
   * @return a result for each backend
   * @throws IOException if the server cannot listen on its port
   */
  List<OutageResult> run()
      throws IOException, SQLException, InterruptedException, ExecutionException {
    try (ShopServer server = ShopServer.start(options.port());
        RemoteDatabase remote = open()) {
      List<Request> plan = OutagePlan.make(options);
      announce(plan.size());
      Clients clients = new Clients(server::address);
      progress.begin("Warming up");
      warmUp(remote);
      clients.warmUp(server, WARM_UP_CLIENTS);
      List<OutageResult> results = new ArrayList<>();
      for (Contestant contestant : CONTESTANTS) {
        results.add(run(contestant, plan, remote, server, clients));
      }
      return results;
    } finally {
      timer.shutdownNow();
    }
  }

  private RemoteDatabase open() throws SQLException {
    progress.begin("Filling the database");
    return RemoteDatabase.start(options.rows());
  }

  /** Lets the JIT compiler see the queries, so that the first run does not pay for it. */
  private static void warmUp(RemoteDatabase remote) throws SQLException, InterruptedException {
    try (Database database = remote.connect(() -> {})) {
      for (int i = 1; i <= WARM_UP_QUERIES; i++) {
        String unused = database.similarItems(i, stop -> {});
      }
    }
  }

  private void announce(int requests) {
    Phases phases = options.phases();
    progress.end(
        "H2 with %,d items. In each run, from second %d to second %d, %s."
            .formatted(
                options.rows(), phases.before(), phases.outageEnd(), options.failure().effect()));
    progress.end(
        "Four runs of %d s, %,d requests each: %d a second."
            .formatted(phases.seconds(), requests, options.rate()));
  }

  private OutageResult run(
      Contestant contestant,
      List<Request> plan,
      RemoteDatabase remote,
      ShopServer server,
      Clients clients)
      throws SQLException, InterruptedException, ExecutionException {
    CallLog calls = new CallLog(options.phases().seconds());
    try (Database database = remote.connect(calls::add)) {
      Shop shop = new Shop(database);
      Backend backend = contestant.start(shop, options.timeToLive());
      Collection<Reply> replies;
      try (backend) {
        server.use(backend::fetch);
        calls.start();
        replies = sendDuringOutage(backend.name(), plan, remote, clients);
      }
      OutageResult result =
          OutageResult.of(backend.name(), replies, shop.loads(), calls.perSecond(), options);
      progress.end(result.variant(), result.failed(), plan.size());
      return result;
    }
  }

  private Collection<Reply> sendDuringOutage(
      String name, List<Request> plan, RemoteDatabase remote, Clients clients)
      throws InterruptedException, ExecutionException {
    Phases phases = options.phases();
    Future<?> fails =
        timer.schedule(() -> remote.fail(options.failure()), phases.before(), TimeUnit.SECONDS);
    Future<?> healed = timer.schedule(remote::heal, phases.outageEnd(), TimeUnit.SECONDS);
    Collection<Reply> replies =
        clients.send(
            plan,
            (answered, failed) ->
                progress.update(OutageResult.variant(name), answered, failed, plan.size()));
    fails.get();
    healed.get();
    return replies;
  }
}
