package dev.slipstream.examples.pages;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The database of the pages' snippets: users 1 to 100, in memory. */
final class UsersDatabase {
  private final DataSource connections;

  UsersDatabase(String name) throws SQLException {
    connections =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;QUERY_CACHE_SIZE=0", "", "");
    try (Connection connection = getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS users AS"
              + " SELECT x AS id, 'user ' || x AS name FROM SYSTEM_RANGE(1, 100)");
    }
  }

  Connection getConnection() throws SQLException {
    return connections.getConnection();
  }

  void rename(int id, String name) throws SQLException {
    try (Connection connection = getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE users SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setInt(2, id);
      update.executeUpdate();
    }
  }
}
