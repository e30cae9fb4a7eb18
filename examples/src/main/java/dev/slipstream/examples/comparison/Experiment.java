package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Clients;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Reply;
import dev.slipstream.examples.shared.Request;
import dev.slipstream.examples.shared.RunResult;
import dev.slipstream.examples.shared.ShopServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Sets up the shop and runs the same load against it three times, with a different backend each
 * time.
 */
final class Experiment {
  /** The ratio of the request rate to the rate that the database can serve without a cache. */
  static final double OVERLOAD = 2.5;

  private static final int MOST_REQUESTS_PER_SECOND = 1_000;
  private static final List<Function<Database, Backend>> BACKENDS =
      List.of(NoCacheBackend::new, CaffeineBackend::new, SlipstreamBackend::new);

  private final Options options;
  private final ProgressBar progress;

  Experiment(Options options, ProgressBar progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs the experiment.
   *
   * @return a result for each backend
   * @throws IOException if the server cannot listen on its port
   */
  List<RunResult> run() throws IOException, SQLException, InterruptedException {
    try (ShopServer server = ShopServer.start(options.port());
        Database database = open()) {
      List<Request> plan = plan(database);
      Clients clients = new Clients(server::address);
      progress.begin("Warming up");
      clients.warmUp(server, options.clients());
      List<RunResult> results = new ArrayList<>();
      for (Function<Database, Backend> backend : BACKENDS) {
        results.add(run(plan, backend.apply(database), database, server, clients));
      }
      return results;
    }
  }

  private Database open() throws SQLException {
    progress.begin("Filling the database");
    return Database.open(options.rows());
  }

  private List<Request> plan(Database database) throws SQLException, InterruptedException {
    progress.begin("Measuring the database");
    Measurement measured = Measurement.of(database);
    double rate =
        options.rate() > 0
            ? options.rate()
            : Math.min(MOST_REQUESTS_PER_SECOND, OVERLOAD * measured.queriesPerSecond());
    List<Request> plan = LoadPlan.make(options, rate, measured.queryMillis());
    progress.end(
        "H2 with %,d items: a query takes %d ms, %d connections serve %.0f queries a second."
            .formatted(
                options.rows(),
                measured.queryMillis(),
                Database.CONNECTIONS,
                measured.queriesPerSecond()));
    progress.end(
        "Three runs of %d s, %,d requests each: %.0f a second, plus two bursts of %d clients."
            .formatted(options.seconds(), plan.size(), rate, options.clients()));
    return plan;
  }

  private RunResult run(
      List<Request> plan, Backend backend, Database database, ShopServer server, Clients clients) {
    long started = database.started();
    long cancelled = database.cancelled();
    Collection<Reply> replies;
    try (backend) {
      server.use(backend::fetch);
      replies =
          clients.send(
              plan,
              (answered, failed) -> progress.update(backend.name(), answered, failed, plan.size()));
    }
    RunResult result =
        RunResult.of(
            backend.name(),
            replies,
            database.started() - started,
            database.cancelled() - cancelled);
    progress.end(backend.name(), (int) result.failed(), plan.size());
    return result;
  }
}
