package dev.slipstream.examples.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.FetchHandle;
import dev.slipstream.examples.shared.Workers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The part of {@code docs/cancellation.md} about JDBC, with a server. */
@Tag("postgres")
@Timeout(120)
class JdbcItemsTest extends CancelledQueryContract {
  private static final String QUERY_WAS_CANCELLED = "57014";

  private final ExecutorService threads = Workers.start();
  private JdbcItems items;

  @Override
  void connect() {
    items = new JdbcItems(SlowDatabase.dataSource(server));
  }

  @Override
  void disconnect() throws Exception {
    Workers.stop(threads);
  }

  @Override
  FetchHandle<String> fetch(int item) {
    return cache.getOrFetch(item, items::load);
  }

  @Override
  FetchHandle<String> fetchWithoutHook(int item) {
    return cache.getOrFetch(item, items::loadWithoutHook);
  }

  /** From JDK 21 on its thread is virtual: an interrupt at once closed the connection first. */
  @Test
  void noInterruptComesBeforeTheCancel() throws Exception {
    start(LONG_MILLIS);
    for (int item = 1; item <= 20; item++) {
      FetchHandle<String> caller = fetch(item);
      awaitStarted(item);
      caller.cancel(true);
    }

    await().until(() -> database.running() == 0);
    assertEquals(0, database.finished());
  }

  @Test
  void theDriverKeepsALateCancelFromTheNextQuery() throws Exception {
    start(LONG_MILLIS);
    Random random = new Random(42);
    int cancelled = 0;
    try (Connection connection = SlowDatabase.dataSource(server).getConnection()) {
      for (int i = 0; i < 150; i++) {
        try (PreparedStatement query = connection.prepareStatement("SELECT pg_sleep(0.02)")) {
          long nanos = random.nextInt(30_000_000);
          Future<?> cancel =
              threads.submit(
                  () -> {
                    TimeUnit.NANOSECONDS.sleep(nanos); // about when the query ends
                    query.cancel();
                    return null;
                  });
          cancelled += runs(query) ? 0 : 1;
          assertTrue(runs(connection.prepareStatement("SELECT 1")), "the next query was cancelled");
          cancel.get();
        }
        assertTrue(runs(connection.prepareStatement("SELECT 1")), "the query after it was");
      }
    }
    assertTrue(cancelled > 0, "no cancel came in time");
  }

  /** Runs a query; false if it was cancelled. */
  private static boolean runs(PreparedStatement query) throws SQLException {
    try {
      query.executeQuery().close();
      return true;
    } catch (SQLException e) {
      assertEquals(QUERY_WAS_CANCELLED, e.getSQLState());
      return false;
    }
  }
}
