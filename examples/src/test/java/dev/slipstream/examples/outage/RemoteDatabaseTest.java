package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipstream.examples.shared.Database;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteDatabaseTest {
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void allConnectionsFailUntilItIsHealed() throws Exception {
    try (RemoteDatabase remote = RemoteDatabase.start(5_100);
        Database database = remote.connect(calls::incrementAndGet)) {
      String names = query(database);

      remote.fail(Failure.REFUSE);
      for (int i = 0; i < 3 * Database.CONNECTIONS; i++) { // those that are open, and new ones
        assertThrows(SQLException.class, () -> query(database));
      }
      assertThrows(SQLException.class, () -> remote.connect(() -> {}).close());

      remote.heal();
      for (int i = 0; i < Database.CONNECTIONS; i++) {
        assertEquals(names, query(database));
      }
    }
    assertEquals(1 + 4 * Database.CONNECTIONS, calls.get());
  }

  @Test
  void noQueryReturnsUntilItIsHealed() throws Exception {
    try (RemoteDatabase remote = RemoteDatabase.start(5_100);
        Database database = remote.connect(calls::incrementAndGet)) {
      String names = query(database);

      remote.fail(Failure.HANG);
      CompletableFuture<String> hanging =
          CompletableFuture.supplyAsync(() -> queryUnchecked(database));
      assertThrows(TimeoutException.class, () -> hanging.get(100, TimeUnit.MILLISECONDS));

      remote.heal();
      assertEquals(names, hanging.get());
    }
  }

  private static String queryUnchecked(Database database) {
    try {
      return query(database);
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String query(Database database) throws SQLException, InterruptedException {
    return database.similarItems(1, stop -> {});
  }
}
