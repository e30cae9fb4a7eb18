package dev.slipstream.redis;

import dev.slipstream.processes.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract over the server that comes with the tests. */
class EmbeddedRedisTest extends RedisContract {
  private static RedisServer server;

  @BeforeAll
  static void startServer() {
    server = RedisServer.embedded();
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
