package dev.slipstream.examples.disconnects;

import dev.slipstream.CoalescingCache;
import dev.slipstream.InFlight;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.testing.Eventually;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCache;
import org.springframework.context.ConfigurableApplicationContext;

/** The database with a table of any length, which takes no memory, and clients of the shop. */
final class SlowShop implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Database database = Database.open(1);
  private final Connection observer = DriverManager.getConnection("jdbc:h2:mem:shop");

  SlowShop() throws SQLException {
    execute("ALTER TABLE item RENAME TO one_item");
  }

  Database database() {
    return database;
  }

  /** Has a query look at that many items. Three of its columns are such that it finds few. */
  void setItems(long items) throws SQLException {
    execute(
        "CREATE OR REPLACE VIEW item AS SELECT x AS id, 'item ' || x AS name, x AS price,"
            + " x AS weight, x AS rating FROM SYSTEM_RANGE(1, %d)".formatted(items));
  }

  /** Has a query take a second or more. */
  void setItemsForASecond() throws SQLException, InterruptedException {
    long items = 500_000;
    setItems(items);
    while (database.queryMillis() < 1_000) {
      items *= 2;
      setItems(items);
    }
  }

  /** Sends a request; to cancel the future is to disconnect. */
  CompletableFuture<HttpResponse<String>> ask(ConfigurableApplicationContext shop, int item) {
    HttpRequest get = HttpRequest.newBuilder(Experiment.address(shop, item)).build();
    int before = callers(shop, item);
    CompletableFuture<HttpResponse<String>> answer = http.sendAsync(get, BodyHandlers.ofString());
    Eventually.until("the request has joined the fetch", () -> callers(shop, item) > before);
    return answer;
  }

  /** Returns how many wait for the fetch of an item, in whichever cache the shop has. */
  private static int callers(ConfigurableApplicationContext shop, int item) {
    Cache cache = shop.getBean(CacheManager.class).getCache("items");
    if (cache instanceof CaffeineCache caffeine) {
      CompletableFuture<?> shared = caffeine.getAsyncCache().asMap().get(item);
      return shared == null ? 0 : shared.getNumberOfDependents();
    }
    return ((CoalescingCache<?, ?>) cache.getNativeCache())
        .inFlight().stream()
            .filter(fetch -> fetch.key().equals(item))
            .mapToInt(InFlight::awaiters)
            .sum();
  }

  /** Returns how many sessions of the database are executing a query, this one aside. */
  int queriesRunning() {
    try (Statement statement = observer.createStatement();
        ResultSet count =
            statement.executeQuery(
                "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS"
                    + " WHERE EXECUTING_STATEMENT IS NOT NULL AND SESSION_ID <> SESSION_ID()")) {
      count.next();
      return count.getInt(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = observer.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    observer.close();
    database.close();
  }
}
