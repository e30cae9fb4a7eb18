package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;

/**
 * The speed of the database on this machine, from which the load is derived.
 *
 * @param queryMillis how long one query takes while no other is running
 * @param queriesPerSecond how many queries it serves while all connections are busy
 */
record Measurement(int queryMillis, double queriesPerSecond) {
  private static final long WINDOW_NANOS = 700_000_000;

  /** Measures for about two seconds; the first third only warms up. */
  static Measurement of(Database database) throws SQLException, InterruptedException {
    queriesPerSecond(database);
    return new Measurement(database.queryMillis(), queriesPerSecond(database));
  }

  private static double queriesPerSecond(Database database) {
    long start = System.nanoTime();
    ExecutorService workers = Workers.start();
    List<CompletableFuture<Long>> counts = new ArrayList<>();
    for (int i = 0; i < Database.CONNECTIONS; i++) {
      counts.add(
          CompletableFuture.supplyAsync(
              () -> queriesUntil(database, start + WINDOW_NANOS), workers));
    }
    long queries = counts.stream().mapToLong(CompletableFuture::join).sum();
    workers.shutdown();
    return queries * 1e9 / (System.nanoTime() - start);
  }

  private static long queriesUntil(Database database, long end) {
    long count = 0;
    do {
      try {
        database.similarItems(1, stop -> {});
      } catch (SQLException | InterruptedException e) {
        throw new CompletionException(e);
      }
      count++;
    } while (System.nanoTime() - end < 0);
    return count;
  }
}
