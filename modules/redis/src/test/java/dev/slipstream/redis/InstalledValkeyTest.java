package dev.slipstream.redis;

import dev.slipstream.processes.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract over the Valkey that is installed; selected where there is one. */
@Tag("installed-valkey")
class InstalledValkeyTest extends RedisContract {
  private static RedisServer server;

  @BeforeAll
  static void startServer() {
    server = RedisServer.of(RedisServer.installed("valkey-server").orElseThrow());
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  RedisServer server() {
    return server;
  }
}
