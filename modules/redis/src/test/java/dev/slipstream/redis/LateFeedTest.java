package dev.slipstream.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.processes.RedisServer;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A node whose feed is attached for the first time when it has stored values already. */
class LateFeedTest {
  @Test
  void whatWasStoredBeforeAndInvalidatedSinceIsGone() {
    try (RedisServer server = RedisServer.embedded()) {
      allowFeed(server, false); // as a connection of the feed's that is made later would be
      RedisURI uri = server.uri("node", "secret");
      try (RedisFetchLedger<String, String> one = ledger(server.uri());
          RedisFetchLedger<String, String> other = ledger(uri);
          CoalescingCache<String, String> writer = CoalescingCache.builder().ledger(one).build();
          CoalescingCache<String, String> late = CoalescingCache.builder().ledger(other).build()) {
        assertThat(late.get("key", key -> "old")).isEqualTo("old");
        writer.invalidate("key");
        writer.ledgerSettled().join();
        assertThat(late.getIfPresent("key")).as("it cannot know yet").isEqualTo("old");
        allowFeed(server, true);
        awaitFeed(writer, late);

        assertThat(late.getIfPresent("key")).isNull();
      }
    }
  }

  private static RedisFetchLedger<String, String> ledger(RedisURI uri) {
    return RedisContract.connected(
        RedisFetchLedger.builder(uri, RedisContract.CODEC)
            .cache("test")
            .timeout(Duration.ofSeconds(10))
            .build());
  }

  /** Until an invalidation is delivered. */
  private static void awaitFeed(
      CoalescingCache<String, String> writer, CoalescingCache<String, String> late) {
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              String unused = late.get("another", key -> "value");
              writer.invalidate("another");
              writer.ledgerSettled().join();
              return late.getIfPresent("another") == null;
            });
  }

  /** The feed's first call is an EVAL; those of the others are known by their digests. */
  private static void allowFeed(RedisServer server, boolean allowed) {
    AclSetuserArgs all =
        AclSetuserArgs.Builder.on().addPassword("secret").keyPattern("*").allCommands();
    String ignored =
        server.commands().aclSetuser("node", allowed ? all : all.removeCommand(CommandType.EVAL));
  }
}
