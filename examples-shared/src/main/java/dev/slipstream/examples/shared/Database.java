package dev.slipstream.examples.shared;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * The shop's items in an H2 database behind a small connection pool: an embedded one, or one that
 * another party serves. The pool replaces a connection that has broken when it is next taken.
 *
 * <p>Its one query finds the items that are most similar to a given one. It computes a distance for
 * every row, so no index helps, and takes some tens of milliseconds of one core.
 */
public final class Database implements AutoCloseable {
  /** The size of the pool. */
  public static final int CONNECTIONS = 8;

  // Without the second setting, H2 applies a cancel that comes just after the end of its query to
  // the next query of the same text on that connection. (It would also answer repeated queries
  // from the last result; here each query is meant to do its work.)
  private static final String EMBEDDED =
      "jdbc:h2:mem:shop;DB_CLOSE_ON_EXIT=FALSE;QUERY_CACHE_SIZE=0";
  private static final String SERVED = "jdbc:h2:tcp://localhost:%d/mem:shop";

  private static final String SIMILAR_ITEMS =
      """
      SELECT other.name,
          ABS(other.price - mine.price) + ABS(other.weight - mine.weight)
              + ABS(other.rating - mine.rating) AS distance
      FROM item AS mine JOIN item AS other ON other.id <> mine.id
      WHERE mine.id = ?
          AND ABS(other.price - mine.price) + ABS(other.weight - mine.weight)
              + ABS(other.rating - mine.rating) < 1500
      ORDER BY distance, other.id
      LIMIT 5""";

  private static final int STATEMENT_WAS_CANCELED = 57014;
  private static final long MEASUREMENT_NANOS = 700_000_000;

  private final String url;
  private final BlockingQueue<Connection> pool;
  private final Runnable onCall;
  private final LongAdder started = new LongAdder();
  private final LongAdder cancelled = new LongAdder();

  private Database(String url, int connections, Runnable onCall) throws SQLException {
    this.url = url;
    this.onCall = onCall;
    pool = new ArrayBlockingQueue<>(connections, true);
    for (int i = 0; i < connections; i++) {
      pool.add(DriverManager.getConnection(url));
    }
  }

  /**
   * Creates a database behind a pool of {@link #CONNECTIONS}.
   *
   * @param rows how many items it holds
   * @return the database
   * @throws SQLException if it cannot be created
   */
  public static Database open(int rows) throws SQLException {
    return open(rows, CONNECTIONS);
  }

  /**
   * Creates a database.
   *
   * @param rows how many items it holds
   * @param connections the size of the pool
   * @return the database
   * @throws SQLException if it cannot be created
   */
  public static Database open(int rows, int connections) throws SQLException {
    Database database = new Database(EMBEDDED, connections, () -> {});
    try (Statement statement = database.pool.element().createStatement()) {
      statement.execute("SELECT RAND(42)"); // the same items each time
      statement.execute(
          "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR, price INT, weight INT, rating INT)");
      statement.execute(
          "INSERT INTO item SELECT x, 'item ' || x, 10000 * RAND(), 10000 * RAND(), 10000 * RAND()"
              + " FROM SYSTEM_RANGE(1, "
              + rows
              + ")");
    }
    return database;
  }

  /**
   * Connects a pool of {@link #CONNECTIONS} to a database that was opened in this JVM, and that
   * H2's server serves.
   *
   * @param port of the server, or of what leads to it
   * @param onCall runs before each use of a connection: to send a query, or to replace one that has
   *     broken
   * @return the database
   * @throws SQLException if it cannot connect
   */
  public static Database connect(int port, Runnable onCall) throws SQLException {
    return new Database(SERVED.formatted(port), CONNECTIONS, onCall);
  }

  /**
   * Returns the names of the items that are most similar to one. Blocks.
   *
   * @param item the item
   * @param canceller receives, before the query starts, an action that stops it and that may run on
   *     any thread. (An interrupt does not stop an H2 query; it does end the wait for a
   *     connection.)
   * @return the names, separated by commas
   * @throws CancellationException if it was stopped before the query was sent
   * @throws InterruptedException if the thread was interrupted while it waited for a connection
   * @throws SQLException if the query fails or is cancelled, or a broken connection cannot be
   *     replaced
   */
  public String similarItems(int item, Consumer<Runnable> canceller)
      throws SQLException, InterruptedException {
    Connection connection = pool.take();
    try {
      onCall.run();
      connection = connection.isClosed() ? DriverManager.getConnection(url) : connection;
      return similarItems(connection, item, canceller);
    } finally {
      pool.add(connection);
    }
  }

  private String similarItems(Connection connection, int item, Consumer<Runnable> canceller)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(SIMILAR_ITEMS)) {
      AtomicBoolean unwanted = new AtomicBoolean();
      canceller.accept(
          () -> {
            unwanted.set(true);
            cancel(query);
          });
      if (unwanted.get()) {
        throw new CancellationException(
            "the query for item " + item + " was cancelled before it was sent");
      }
      query.setInt(1, item);
      return run(query);
    }
  }

  private String run(PreparedStatement query) throws SQLException {
    started.increment();
    try (ResultSet rows = query.executeQuery()) {
      StringBuilder names = new StringBuilder();
      while (rows.next()) {
        names.append(names.isEmpty() ? "" : ", ").append(rows.getString(1));
      }
      return names.toString();
    } catch (SQLException e) {
      if (e.getErrorCode() == STATEMENT_WAS_CANCELED) {
        cancelled.increment();
      }
      throw e;
    }
  }

  private static void cancel(Statement query) {
    try {
      query.cancel();
    } catch (SQLException e) {
      // it has ended and is closed: there is nothing to stop
    }
  }

  /**
   * Measures, for about a second, how long one query takes while no other is running.
   *
   * @return the median in milliseconds, at least 1
   * @throws InterruptedException if the thread was interrupted while it waited for a connection
   * @throws SQLException if a query fails
   */
  public int queryMillis() throws SQLException, InterruptedException {
    LongStream.Builder nanos = LongStream.builder();
    long end = System.nanoTime() + MEASUREMENT_NANOS;
    do {
      long start = System.nanoTime();
      similarItems(1, stop -> {});
      nanos.add(System.nanoTime() - start);
    } while (System.nanoTime() - end < 0);
    long median = RunResult.percentile(nanos.build().sorted().toArray(), 50);
    return (int) Math.max(1, Math.round(median / 1e6));
  }

  /**
   * Returns how many queries were started so far.
   *
   * @return the count
   */
  public long started() {
    return started.sum();
  }

  /**
   * Returns how many of them were cancelled while they ran.
   *
   * @return the count
   */
  public long cancelled() {
    return cancelled.sum();
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : pool) {
      connection.close(); // the last one closes the database
    }
  }
}
