package dev.slipstream.examples.wire;

import dev.slipstream.processes.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The items in PostgreSQL: a function that sleeps, and counts its calls in sequences, which no
 * cancel rolls back. What is running is what {@code pg_stat_activity} shows.
 */
final class SlowDatabase implements SlowServer, AutoCloseable {
  private static final String FUNCTION =
      """
      CREATE SEQUENCE started;
      CREATE SEQUENCE finished;
      CREATE FUNCTION slow_item(item int) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM nextval('started');
        PERFORM pg_sleep(%s);
        PERFORM nextval('finished');
        RETURN 'item ' || item;
      END $$""";
  private static final String COUNT =
      "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM %s";
  private static final String RUNNING =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE '%slow_item%' AND pid <> pg_backend_pid()""";

  private final Connection observer;

  /** Connects to an empty database, and makes the function. */
  SlowDatabase(PostgresServer server, long queryMillis) throws SQLException {
    observer = dataSource(server).getConnection();
    try (Statement statement = observer.createStatement()) {
      statement.execute(String.format(Locale.ROOT, FUNCTION, queryMillis / 1e3));
    }
  }

  /** Returns a source of connections, a new one each time. */
  static DataSource dataSource(PostgresServer server) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {server.port()});
    source.setDatabaseName(server.user());
    source.setUser(server.user());
    source.setPassword(server.password());
    return source;
  }

  @Override
  public long started() throws SQLException {
    return number(COUNT.formatted("started"));
  }

  @Override
  public long finished() throws SQLException {
    return number(COUNT.formatted("finished"));
  }

  @Override
  public int running() throws SQLException {
    return Math.toIntExact(number(RUNNING));
  }

  private synchronized long number(String query) throws SQLException {
    try (Statement statement = observer.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    observer.close();
  }
}
