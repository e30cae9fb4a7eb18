package dev.slipstream.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DatabaseTest {
  private static final int ROWS = 100_000;
  private static final int TRIES = 50;
  private static final int LONGEST_UNCHECKED = 40 * 128; // H2 looks for a cancel each 128 rows
  private static final int SWEEP = 400;
  private static final long STEP_NANOS = 5_000;

  @Test
  void theSameQueryHasTheSameResult() throws Exception {
    try (Database database = Database.open(5_000)) {
      String names = database.similarItems(1, stop -> {});
      assertTrue(names.startsWith("item "), names);
      assertEquals(names, database.similarItems(1, stop -> {}));
      assertEquals(2, database.started());
      assertEquals(0, database.cancelled());
    }
  }

  @Test
  void aQueryThatIsCancelledBeforeItStartsIsNotStarted() throws Exception {
    try (Database database = Database.open(5_000)) {
      assertThrows(CancellationException.class, () -> database.similarItems(1, Runnable::run));
      assertEquals(0, database.started());
    }
  }

  /** Cancels again and again, because a cancel that comes before the query has begun is lost. */
  @Test
  void aRunningQueryIsCancelled() throws Exception {
    ExecutorService threads = Workers.start();
    try (Database database = Database.open(ROWS)) {
      for (int i = 0; i < TRIES && database.cancelled() == 0; i++) {
        CompletableFuture<Runnable> stop = new CompletableFuture<>();
        CompletableFuture<Void> ended =
            CompletableFuture.runAsync(() -> query(database, stop), threads);
        Runnable cancel = stop.join();
        while (!ended.isDone()) {
          cancel.run();
          Thread.onSpinWait();
        }
      }
      assertTrue(database.cancelled() > 0);
    } finally {
      threads.shutdown();
    }
  }

  /**
   * Cancels at all moments around the end of a query, where H2 without QUERY_CACHE_SIZE=0 would
   * apply the cancel to the next query of the same text.
   */
  @Test
  void aLateCancelDoesNotStopTheNextQuery() throws Exception {
    ExecutorService threads = Workers.start();
    try (Database database = Database.open(LONGEST_UNCHECKED, 1)) {
      for (int i = 0; i < SWEEP; i++) {
        long delay = i * STEP_NANOS;
        CompletableFuture<Runnable> stop = new CompletableFuture<>();
        CompletableFuture<Void> cancelled =
            stop.thenAcceptAsync(cancel -> cancelAfter(delay, cancel), threads);
        query(database, stop);
        cancelled.join();
        assertFalse(database.similarItems(2 + i % 7, ignored -> {}).isEmpty());
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void cancelAfter(long nanos, Runnable cancel) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    cancel.run();
  }

  private static void query(Database database, CompletableFuture<Runnable> stop) {
    try {
      database.similarItems(1, stop::complete);
    } catch (SQLException | InterruptedException | CancellationException e) {
      // expected
    }
  }
}
