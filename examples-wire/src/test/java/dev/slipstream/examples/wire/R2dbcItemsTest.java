package dev.slipstream.examples.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The part of {@code docs/cancellation.md} about R2DBC, with a server and a pool of one. */
@Tag("postgres")
@Timeout(120)
class R2dbcItemsTest extends CancelledQueryContract {
  private R2dbcItems items;

  @Override
  void connect() {
    items = new R2dbcItems(server, 1);
  }

  @Override
  void disconnect() {
    items.close();
  }

  @Override
  FetchHandle<String> fetch(int item) {
    return cache.getOrFetch(item, items::load);
  }

  @Override
  FetchHandle<String> fetchWithoutHook(int item) {
    return cache.getOrFetch(item, items::loadWithoutHook);
  }

  @Test
  void theConnectionGoesBackToThePool() throws Exception {
    start(10);
    assertEquals("item 1", fetch(1).get(30, TimeUnit.SECONDS));

    await().until(() -> items.pool().getMetrics().orElseThrow().idleSize() == 1);
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
    start(LONG_MILLIS);
    Connection only = items.pool().create().block(Duration.ofSeconds(30));
    FetchHandle<String> caller = cache.getOrFetch(1, items::load);
    caller.cancel(true);
    Mono.from(only.close()).block(Duration.ofSeconds(30));

    assertEquals("next", next());
    assertEquals(0, database.started());
  }

  @Test
  void aHookThatRunsLateStillCancelsTheQuery() throws Exception {
    start(LONG_MILLIS);
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
}
