package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipstream.examples.shared.Database;
import java.sql.SQLException;
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

      remote.cut();
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

  private static String query(Database database) throws SQLException, InterruptedException {
    return database.similarItems(1, stop -> {});
  }
}
