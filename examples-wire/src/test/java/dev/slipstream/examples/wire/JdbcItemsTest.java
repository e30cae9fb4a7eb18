package dev.slipstream.examples.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.examples.shared.Workers;
import dev.slipstream.processes.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The part of {@code docs/cancellation.md} about JDBC, with a server. */
@Tag("postgres")
@Timeout(120)
class JdbcItemsTest {
  private static final long QUERY_MILLIS = 1_000;
  private static final String QUERY_WAS_CANCELLED = "57014";

  private final ExecutorService threads = Workers.start();
  private final CoalescingCache<Integer, String> cache = CoalescingCache.builder().build();
  private PostgresServer server;
  private SlowDatabase database;
  private JdbcItems items;

  @BeforeEach
  void start() throws SQLException {
    server = Postgres.start();
    database = new SlowDatabase(server, QUERY_MILLIS);
    items = new JdbcItems(SlowDatabase.dataSource(server));
  }

  @AfterEach
  void stop() throws SQLException {
    cache.close();
    Workers.stop(threads);
    database.close();
    server.close();
  }

  @Test
  void theLastLeaveCancelsTheQueryInTheServer() throws Exception {
    List<FetchHandle<String>> callers =
        Stream.generate(() -> cache.getOrFetch(1, items::load)).limit(8).toList();
    awaitStarted(1);

    callers.stream().skip(1).forEach(caller -> caller.cancel(true));
    assertEquals(1, database.running()); // one is still there
    callers.get(0).cancel(true);

    await().until(() -> database.running() == 0);
    assertEquals(1, database.started());
    assertEquals(0, database.finished());
  }

  /** From JDK 21 on its thread is virtual: an interrupt at once closed the connection first. */
  @Test
  void noInterruptComesBeforeTheCancel() throws Exception {
    for (int item = 1; item <= 20; item++) {
      FetchHandle<String> caller = cache.getOrFetch(item, items::load);
      awaitStarted(item);
      caller.cancel(true);
    }

    await().until(() -> database.running() == 0);
    assertEquals(0, database.finished());
  }

  @Test
  void aCallerThatStaysGetsTheItem() throws Exception {
    FetchHandle<String> leaver = cache.getOrFetch(1, items::load);
    FetchHandle<String> other = cache.getOrFetch(1, items::load);
    awaitStarted(1);
    leaver.cancel(true);

    assertEquals("item 1", other.get(30, TimeUnit.SECONDS));
    assertEquals(1, database.started());
  }

  @Test
  void withoutTheHookTheQueryRunsToItsEndForNobody() throws Exception {
    FetchHandle<String> caller = cache.getOrFetch(1, items::loadWithoutHook);
    awaitStarted(1);

    caller.cancel(true);

    await().until(() -> database.running() == 0);
    assertEquals(1, database.finished());
  }

  @Test
  void theDriverKeepsALateCancelFromTheNextQuery() throws Exception {
    Random random = new Random(42);
    int cancelled = 0;
    try (Connection connection = SlowDatabase.dataSource(server).getConnection()) {
      for (int i = 0; i < 300; i++) {
        try (PreparedStatement query = connection.prepareStatement("SELECT pg_sleep(0.002)")) {
          long nanos = random.nextInt(4_000_000);
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

  private void awaitStarted(long count) {
    await().until(() -> database.started() == count);
  }
}
