package dev.slipstream.examples.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.processes.PostgresServer;
import io.r2dbc.spi.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The part of {@code docs/cancellation.md} about R2DBC, with a server and a pool of one. */
@Tag("postgres")
@Timeout(120)
class R2dbcItemsTest {
  private final CoalescingCache<Integer, String> cache = CoalescingCache.builder().build();
  private PostgresServer server;
  private SlowDatabase database;
  private R2dbcItems items;

  private void start(long queryMillis) throws SQLException {
    server = Postgres.start();
    database = new SlowDatabase(server, queryMillis);
    items = new R2dbcItems(server, 1);
  }

  @AfterEach
  void stop() throws SQLException {
    cache.close();
    items.close();
    database.close();
    server.close();
  }

  @Test
  void theLastLeaveCancelsTheQueryInTheServer() throws Exception {
    start(1_000);
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

  @Test
  void aCallerThatStaysGetsTheItemAndTheConnectionGoesBack() throws Exception {
    start(500);
    FetchHandle<String> leaver = cache.getOrFetch(1, items::load);
    FetchHandle<String> other = cache.getOrFetch(1, items::load);
    awaitStarted(1);
    leaver.cancel(true);

    assertEquals("item 1", other.get(30, TimeUnit.SECONDS));
    await().until(() -> items.pool().getMetrics().orElseThrow().idleSize() == 1);
    assertEquals(1, database.started());
  }

  @Test
  void withoutTheHookTheQueryRunsToItsEndForNobody() throws Exception {
    start(500);
    FetchHandle<String> caller = cache.getOrFetch(1, items::loadWithoutHook);
    awaitStarted(1);

    caller.cancel(true);

    await().until(() -> database.running() == 0);
    assertEquals(1, database.finished());
  }

  @Test
  void theNextQueryOfThePoolIsNotCancelledThoughTheCancelComesAsTheFirstOneEnds() throws Exception {
    start(10);
    Random random = new Random(42);
    for (int item = 1; item <= 60; item++) {
      FetchHandle<String> caller = cache.getOrFetch(item, items::load);
      long asked = item;
      await().pollInterval(Duration.ofMillis(1)).until(() -> database.started() >= asked);
      LockSupport.parkNanos(random.nextInt(12_000_000)); // about when the query ends
      caller.cancel(true);

      assertEquals("next", next());
    }
    await().until(() -> items.pool().getMetrics().orElseThrow().acquiredSize() == 0);
  }

  @Test
  void aFetchThatIsAbandonedWhileItWaitsForAConnectionSendsNoQuery() throws Exception {
    start(1_000);
    Connection only = items.pool().create().block(Duration.ofSeconds(30));
    FetchHandle<String> caller = cache.getOrFetch(1, items::load);
    caller.cancel(true);
    Mono.from(only.close()).block(Duration.ofSeconds(30));

    assertEquals("next", next());
    assertEquals(0, database.started());
  }

  @Test
  void aHookThatRunsLateStillCancelsTheQuery() throws Exception {
    start(1_000);
    Queue<Runnable> hooks = new ConcurrentLinkedQueue<>();
    try (CoalescingCache<Integer, String> slow =
        CoalescingCache.builder().continuationExecutor(hooks::add).build()) {
      FetchHandle<String> caller = slow.getOrFetch(1, items::load);
      awaitStarted(1);

      caller.cancel(true);
      hooks.forEach(Runnable::run);

      await().until(() -> database.running() == 0);
      assertEquals(0, database.finished());
    }
  }

  /** Returns the answer of a query that the next borrower sends. */
  private String next() throws Exception {
    return Mono.usingWhen(
            items.pool().create(),
            connection ->
                Flux.from(connection.createStatement("SELECT 'next' FROM pg_sleep(0.02)").execute())
                    .flatMap(result -> result.map(row -> row.get(0, String.class)))
                    .single(),
            Connection::close)
        .toFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void awaitStarted(long count) {
    await().until(() -> database.started() == count);
  }
}
