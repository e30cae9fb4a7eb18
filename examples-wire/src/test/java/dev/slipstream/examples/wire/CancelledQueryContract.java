package dev.slipstream.examples.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.processes.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers that leave do to a query, whatever driver sends it. */
abstract class CancelledQueryContract {
  static final long LONG_MILLIS = 1_000;

  final CoalescingCache<Integer, String> cache = CoalescingCache.builder().build();
  PostgresServer server;
  SlowDatabase database;

  /** Starts a server whose queries take a time. */
  final void start(long queryMillis) throws SQLException {
    server = Postgres.start();
    database = new SlowDatabase(server, queryMillis);
    connect();
  }

  @AfterEach
  final void stop() throws Exception {
    cache.close();
    disconnect();
    database.close();
    server.close();
  }

  /** Makes what sends the queries. */
  abstract void connect();

  abstract void disconnect() throws Exception;

  /** Asks for an item. */
  abstract FetchHandle<String> fetch(int item);

  /** Asks for an item with a loader that does not cancel its query. */
  abstract FetchHandle<String> fetchWithoutHook(int item);

  @Test
  void theLastLeaveCancelsTheQueryInTheServer() throws Exception {
    start(LONG_MILLIS);
    List<FetchHandle<String>> callers = Stream.generate(() -> fetch(1)).limit(8).toList();
    awaitStarted(1);

    callers.stream().skip(1).forEach(caller -> caller.cancel(true));
    assertEquals(1, database.running()); // one is still there
    callers.get(0).cancel(true);

    await().until(() -> database.running() == 0);
    assertEquals(1, database.started());
    assertEquals(0, database.finished());
  }

  @Test
  void aCallerThatStaysGetsTheItem() throws Exception {
    start(LONG_MILLIS);
    FetchHandle<String> leaver = fetch(1);
    FetchHandle<String> other = fetch(1);
    awaitStarted(1);
    leaver.cancel(true);

    assertEquals("item 1", other.get(30, TimeUnit.SECONDS));
    assertEquals(1, database.started());
  }

  @Test
  void withoutTheHookTheQueryRunsToItsEndForNobody() throws Exception {
    start(LONG_MILLIS);
    FetchHandle<String> caller = fetchWithoutHook(1);
    awaitStarted(1);

    caller.cancel(true);

    await().until(() -> database.running() == 0);
    assertEquals(1, database.finished());
  }

  final void awaitStarted(long count) {
    await().until(() -> database.started() == count);
  }
}
