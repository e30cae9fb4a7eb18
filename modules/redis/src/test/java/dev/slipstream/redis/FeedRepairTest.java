package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RestoreArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the feed, and of invalidations, when connections or the server's memory go. */
class FeedRepairTest {
  private static final FetchScope A = scope("a", 1);
  private static final Duration KEEP = Duration.ofHours(1);
  private static final String META = "{slipstream:test:1:0}:m";
  private static final String FEED = "{slipstream:test:1:0}:f";
  private final RedisServer server = RedisServer.embedded();
  private final LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private RedisFetchLedger<String, String> a;
  private RedisFetchLedger<String, String> b;
  private LedgerFeed feed;

  @BeforeEach
  void open() throws InterruptedException {
    a = ledger();
    b = ledger();
    feed = b.listen(scope("b", 1).node(), new Noting(notices));
    assertThat(next()).isEqualTo("attached false");
  }

  private RedisFetchLedger<String, String> ledger() {
    return RedisContract.connected(
        RedisFetchLedger.builder(server.uri(), RedisContract.CODEC).cache("test").build());
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
    server.close();
  }

  private String next() throws InterruptedException {
    return notices.poll(30, TimeUnit.SECONDS);
  }

  private void killConnections() {
    Long ignored = server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
  }

  private void invalidate(String key) {
    Awaitility.await()
        .ignoreExceptions()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              Void ignored = a.invalidate(A, key).toCompletableFuture().get();
              return true;
            });
  }

  @Test
  void aFeedThatWasCutOffIsResumedWithoutAGap() throws InterruptedException {
    invalidate("one");
    assertThat(next()).isEqualTo("invalidated one");
    killConnections();
    assertThat(next()).isEqualTo("detached");
    invalidate("two");

    assertThat(next()).isIn("attached true", "invalidated two");
    assertThat(next()).isIn("attached true", "invalidated two");
    assertThat(feed.isAttached()).isTrue();
    invalidate("three");
    assertThat(next()).isEqualTo("invalidated three");
  }

  @Test
  void aServerThatLostItsMemoryGetsTheRecentInvalidationsAgain() throws Exception {
    invalidate("one");
    assertThat(next()).isEqualTo("invalidated one");
    server.stop();
    assertThat(next()).isEqualTo("detached");
    server.start();

    assertThat(next()).isEqualTo("attached true");
    assertThat(next()).isEqualTo("invalidated one");
  }

  /** The server's memory goes back to an earlier state, as with a failover to a late replica. */
  @Test
  void anInvalidationThatAFailoverLostIsRepeated() throws Exception {
    Void put = await(a.put(A, "key", "old", KEEP));
    assertThat(next()).isEqualTo("invalidated key");
    RedisClient client = RedisClient.create(server.uri());
    RedisCommands<byte[], byte[]> bytes = client.connect(ByteArrayCodec.INSTANCE).sync();
    Map<byte[], byte[]> replica = new HashMap<>();
    bytes.keys("*").forEach(key -> replica.put(key, bytes.dump(key)));

    invalidate("key");
    assertThat(next()).isEqualTo("invalidated key");
    bytes.multi();
    bytes.flushall();
    replica.forEach((key, dump) -> bytes.restore(key, dump, RestoreArgs.Builder.ttl(0)));
    bytes.exec();
    killConnections();

    assertThat(next()).isEqualTo("detached");
    Awaitility.await()
        .ignoreExceptions()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> b.find("key").toCompletableFuture().get() == null);
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void aFeedWithAGapInvalidatesEverything() throws InterruptedException {
    Object ignored =
        server
            .commands()
            .eval(
                """
                local q = redis.call('HINCRBY', KEYS[1], 'q', 5)
                return redis.call('XADD', KEYS[2], q .. '-0', 'o', 'd', 'k', 'key', 's', '', 'n', 'a')
                """,
                ScriptOutputType.VALUE,
                META,
                FEED);

    assertThat(next()).isEqualTo("invalidated all");
    assertThat(next()).isEqualTo("changed key");
  }

  @Test
  void anEvictedMetaIsNoticedWithoutALostConnection() throws InterruptedException {
    invalidate("one");
    assertThat(next()).isEqualTo("invalidated one");

    Long ignored = server.commands().del(META, FEED);

    assertThat(next()).isEqualTo("detached");
    assertThat(next()).isEqualTo("attached true");
    assertThat(next()).as("it is repeated").isEqualTo("invalidated one");
    invalidate("two");
    assertThat(next()).isEqualTo("invalidated two");
  }

  @Test
  void anInvalidationFromOutsideIsDelivered() throws Exception {
    Void put = await(a.put(A, "key", "old", KEEP));
    assertThat(next()).isEqualTo("invalidated key");
    String script;
    try (var in = RedisFetchLedger.class.getResourceAsStream("slipstream-invalidate.lua")) {
      script = new String(in.readAllBytes(), UTF_8);
    }
    String digest =
        new Keyspace("slipstream", "test", "1", 1, null).ref("key".getBytes(UTF_8)).digest();

    Object ignored =
        server
            .commands()
            .eval(
                script,
                ScriptOutputType.VALUE,
                new String[] {"{slipstream:test:1:0}"},
                digest,
                "key");

    assertThat(next()).isEqualTo("invalidated key");
    assertThat(await(b.find("key"))).isNull();
  }
}
