package dev.slipstream.examples.quickstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The shortest useful server: {@code GET /items/7} answers from the cache, joins the running query
 * for item 7, or starts one. A request leaves after two seconds; when the last one has left, the
 * query is cancelled in the database.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java -Dexec.mainClass=dev.slipstream.examples.quickstart.QuickStart
 * curl http://localhost:8080/items/7
 * }</pre>
 */
public final class QuickStart {
  /** Without the last setting, H2 may apply a late cancel to the connection's next query. */
  static final String DATABASE = "jdbc:h2:mem:items;DB_CLOSE_DELAY=-1;QUERY_CACHE_SIZE=0";

  private static final String PATH = "/items/";
  private static final int PORT = 8080;

  private final CoalescingCache<Integer, String> cache =
      CoalescingCache.builder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(5)).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final DataSource database;

  private QuickStart(DataSource database) {
    this.database = database;
  }

  void handle(HttpExchange exchange) {
    cache
        .getOrFetch(idOf(exchange), this::loadItem)
        .orTimeout(2, TimeUnit.SECONDS) // ends this caller's wait, and no other's
        .whenCompleteAsync((item, failure) -> respond(exchange, item, failure), threads);
  }

  private @Nullable String loadItem(int id) throws SQLException { // once for all callers that wait
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT name FROM item WHERE id = ?")) {
      FetchContext.current().onAbandon(() -> cancel(query)); // once all callers have left
      query.setInt(1, id);
      ResultSet rows = query.executeQuery();
      return rows.next() ? rows.getString("name") : null;
    }
  }

  private static void cancel(Statement query) {
    try {
      query.cancel();
    } catch (SQLException e) {
      // the query has ended
    }
  }

  private static int idOf(HttpExchange exchange) {
    return Integer.parseInt(exchange.getRequestURI().getPath().substring(PATH.length()));
  }

  private void handleOrReject(HttpExchange exchange) {
    try {
      handle(exchange);
    } catch (NumberFormatException e) {
      send(exchange, 400, "the path must be /items/<number>");
    }
  }

  private static void respond(
      HttpExchange exchange, @Nullable String item, @Nullable Throwable failure) {
    if (failure != null) {
      send(exchange, 503, failure.toString());
    } else if (item == null) {
      send(exchange, 404, "no such item");
    } else {
      send(exchange, 200, item);
    }
  }

  private static void send(HttpExchange exchange, int status, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      // the client has closed the connection
    }
  }

  /** Creates the items in a database and starts a server. */
  static HttpServer start(DataSource database, int port) throws IOException, SQLException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server = HttpServer.create(address, 0);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE item AS SELECT x AS id, 'item ' || x AS name FROM SYSTEM_RANGE(1, 1000)");
    }
    QuickStart quickStart = new QuickStart(database);
    server.createContext(PATH, quickStart::handleOrReject);
    server.setExecutor(quickStart.threads);
    server.start();
    return server;
  }

  /**
   * Serves a thousand items until Ctrl-C.
   *
   * @param arguments are ignored
   * @throws IOException if the server cannot start
   * @throws SQLException if the database cannot be filled
   */
  public static void main(String[] arguments) throws IOException, SQLException {
    try {
      start(JdbcConnectionPool.create(DATABASE, "", ""), PORT);
      System.out.println("http://localhost:" + PORT + "/items/7 (Ctrl-C ends it)");
    } catch (BindException e) {
      System.err.println("port " + PORT + " is not available: stop the program that uses it");
      System.exit(1);
    }
  }
}
