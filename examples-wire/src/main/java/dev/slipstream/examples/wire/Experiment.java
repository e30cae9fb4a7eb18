package dev.slipstream.examples.wire;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.processes.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Starts the servers, and has callers share items and leave, in each way. */
final class Experiment {
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = 1_000_000;
  private static final String GRPC_SERVER = "items";

  private final Options options;
  private final ProgressBar progress;

  Experiment(Options options, ProgressBar progress) {
    this.options = options;
    this.progress = progress;
  }

  List<Result> run() throws Exception {
    progress.begin("Starting PostgreSQL");
    try (PostgresServer server = PostgresServer.start(options.server());
        SlowDatabase database = new SlowDatabase(server, options.queryMillis());
        R2dbcItems r2dbc = new R2dbcItems(server, options.items());
        ItemService service = new ItemService(GRPC_SERVER, options.queryMillis());
        GrpcItems grpc = new GrpcItems(GRPC_SERVER)) {
      progress.end(
          "PostgreSQL is process %d, on port %d, in %s"
              .formatted(server.pid(), server.port(), server.directory()));
      JdbcItems jdbc = new JdbcItems(SlowDatabase.dataSource(server));
      return run(
          new Way(
              "JDBC, the thread is interrupted",
              database,
              (cache, item) -> cache.getOrFetch(item, jdbc::loadWithoutHook)),
          new Way(
              "JDBC, Statement.cancel",
              database,
              (cache, item) -> cache.getOrFetch(item, jdbc::load)),
          new Way(
              "R2DBC, the subscription is cancelled",
              database,
              (cache, item) -> cache.getOrFetch(item, r2dbc::loadWithoutHook)),
          new Way(
              "R2DBC, cancelRequest",
              database,
              (cache, item) -> cache.getOrFetch(item, r2dbc::load)),
          new Way(
              "gRPC, a future of one's own",
              service,
              (cache, item) -> cache.getOrFetch(item, grpc::loadByCallback)),
          new Way(
              "gRPC, the future of a stub",
              service,
              (cache, item) -> cache.getOrFetch(item, grpc.loader())));
    }
  }

  private List<Result> run(Way... ways) throws Exception {
    List<Result> results = new ArrayList<>();
    for (Way way : ways) {
      progress.begin(way.name());
      results.add(run(way));
    }
    return results;
  }

  private Result run(Way way) throws Exception {
    SlowServer server = way.server();
    long started = server.started();
    long finished = server.finished();
    long gone = 0;
    try (CoalescingCache<Integer, String> cache = CoalescingCache.builder().build()) {
      for (int item = 1; item <= options.items(); item++) {
        List<FetchHandle<String>> callers = new ArrayList<>();
        for (int i = 0; i < options.callers(); i++) {
          callers.add(way.fetch().from(cache, item));
        }
        long asked = started + item;
        await(() -> server.started() == asked);
        callers.forEach(handle -> handle.cancel(true));
        long left = System.nanoTime();
        await(() -> server.running() == 0);
        gone = Math.max(gone, System.nanoTime() - left);
      }
    }
    return new Result(way.name(), server.started() - started, server.finished() - finished, gone);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("the server does not get there in a minute");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
