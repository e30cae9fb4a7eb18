package dev.slipstream.examples.wire;

import dev.slipstream.FetchContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Loads items by JDBC: an interrupt does not stop a query, its statement's {@code cancel} does. */
final class JdbcItems {
  private static final String QUERY = "SELECT slow_item(?)";

  private final DataSource database;

  JdbcItems(DataSource database) {
    this.database = database;
  }

  /** The last leave cancels the query in the server. */
  String load(int item) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      FetchContext.current().onAbandon(() -> cancel(query));
      return itemOf(query, item);
    }
  }

  private static void cancel(Statement query) {
    try {
      query.cancel(); // does nothing to a query that has ended
    } catch (SQLException e) {
      throw new IllegalStateException("the query runs on", e); // which is logged
    }
  }

  /** The last leave interrupts the thread, and the query runs on for nobody. */
  String loadWithoutHook(int item) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      return itemOf(query, item);
    }
  }

  private static String itemOf(PreparedStatement query, int item) throws SQLException {
    query.setInt(1, item);
    try (ResultSet rows = query.executeQuery()) {
      rows.next();
      return rows.getString(1);
    }
  }
}
