package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.Database;
import dev.slipstream.processes.Relay;
import java.sql.SQLException;
import org.h2.tools.Server;

/**
 * The shop's database behind H2's own TCP server and a relay, through which it can fail: until it
 * is healed all connections break, and so do new ones, or no query returns. The data stays.
 */
final class RemoteDatabase implements AutoCloseable {
  private final Database data; // keeps the data in memory while no client is connected
  private final Server server;
  private final Relay relay;

  private RemoteDatabase(Database data, Server server) {
    this.data = data;
    this.server = server;
    relay = new Relay(server.getPort());
  }

  /**
   * Starts a database on a free port.
   *
   * @param rows how many items it holds
   */
  static RemoteDatabase start(int rows) throws SQLException {
    Database data = Database.open(rows, 1);
    Server server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon").start();
    return new RemoteDatabase(data, server);
  }

  /**
   * Connects a pool.
   *
   * @param onCall runs before each use of a connection
   */
  Database connect(Runnable onCall) throws SQLException {
    return Database.connect(relay.port(), onCall);
  }

  /** Lets the database fail until {@link #heal}. */
  void fail(Failure failure) {
    switch (failure) {
      case REFUSE -> relay.cut();
      case HANG -> relay.hang();
      default -> throw new IllegalArgumentException(failure.name());
    }
  }

  /** Lets everything through again: the queries that have not returned, too. */
  void heal() {
    relay.heal();
  }

  @Override
  public void close() throws SQLException {
    relay.close();
    server.stop();
    data.close();
  }
}
