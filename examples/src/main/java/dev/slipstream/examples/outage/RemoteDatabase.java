package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.Database;
import dev.slipstream.processes.Relay;
import java.sql.SQLException;
import org.h2.tools.Server;

/**
 * The shop's database behind H2's own TCP server and a relay, which can be cut: all connections
 * break, and so do new ones until it is healed. The data stays.
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

  /** Breaks all connections, and each new one until {@link #heal}. */
  void cut() {
    relay.cut();
  }

  /** Lets new connections through again. */
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
