package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.disconnects.Visitors.Outcome;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.ProgressBar;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the application with each cache manager in turn, and has the same clients visit it. */
final class Experiment {
  private static final int WARM_UPS = 50;

  private final Options options;
  private final ProgressBar progress;

  Experiment(Options options, ProgressBar progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs the experiment.
   *
   * @return a result for each cache manager
   * @throws org.springframework.context.ApplicationContextException if the port is in use
   */
  List<Result> run() throws SQLException, InterruptedException {
    try (Database database = Database.open(options.rows())) {
      database.queryMillis(); // only warms up
      int queryMillis = database.queryMillis();
      List<Visit> plan = Visit.plan(options, queryMillis);
      progress.end(
          "H2 with %,d items: a query takes %d ms. Three runs of %,d requests for %,d items."
              .formatted(options.rows(), queryMillis, plan.size(), options.items()));
      List<Result> results = new ArrayList<>();
      for (Manager manager : Manager.values()) {
        results.add(run(manager, plan, database));
      }
      return results;
    }
  }

  private Result run(Manager manager, List<Visit> plan, Database database)
      throws InterruptedException {
    progress.end("%s, null values %s ...".formatted(manager.label(), manager.nullValues()));
    Map<Outcome, Long> outcomes;
    long started;
    long cancelled;
    Queries queries;
    try (ConfigurableApplicationContext shop = start(manager, options.port(), database)) {
      queries = shop.getBean(Queries.class);
      Visitors visitors = new Visitors(item -> address(shop, item));
      warmUp(visitors);
      started = database.started();
      cancelled = database.cancelled();
      outcomes = visitors.send(plan);
    } // ends when its queries have
    return new Result(
        manager,
        outcomes.getOrDefault(Outcome.ANSWERED, 0L),
        outcomes.getOrDefault(Outcome.DISCONNECTED, 0L),
        outcomes.getOrDefault(Outcome.FAILED, 0L),
        database.started() - started,
        database.cancelled() - cancelled,
        queries.forNobody());
  }

  /** Starts the application; port 0 is any free port. */
  static ConfigurableApplicationContext start(Manager manager, int port, Database database) {
    List<String> arguments = new ArrayList<>(manager.arguments());
    arguments.add("--server.port=" + port);
    return new SpringApplicationBuilder(Shop.class)
        .initializers(shop -> shop.getBeanFactory().registerSingleton("database", database))
        .registerShutdownHook(false) // the program closes it
        .run(arguments.toArray(String[]::new));
  }

  /** Returns where the application has an item. */
  static URI address(ConfigurableApplicationContext shop, int item) {
    String port = shop.getEnvironment().getRequiredProperty("local.server.port");
    return URI.create("http://127.0.0.1:%s/items/%d".formatted(port, item));
  }

  /** Lets the clients connect and the JIT compiler see the HTTP code, with an item of no visit. */
  private void warmUp(Visitors visitors) throws InterruptedException {
    for (int i = 0; i < WARM_UPS; i++) {
      visitors.send(List.of(new Visit(0, options.items() + 1, Visit.STAYS)));
    }
  }
}
