package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipstream.ledger.AppendRequest;
import dev.slipstream.ledger.Appended;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import io.lettuce.core.Range;
import io.lettuce.core.ScanIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract with hashed keys, and that no key is readable on the server. */
class HashedKeysTest extends RedisContract {
  private static final byte[] SECRET = "a secret of sixteen".getBytes(UTF_8);
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

  @Override
  RedisFetchLedgerBuilder<String, String> builder() {
    return super.builder().hashedKeys(SECRET);
  }

  @Test
  void noKeyIsReadableOnTheServer() {
    String key = "patient-4711";
    JoinResult<String, String> ignored = join(A, key);
    JoinResult<String, String> held = join(B, key);
    Appended<String> event =
        await(ledger().append(FetchId.newest(key), AppendRequest.of("a", "payload")));
    succeed(leaseOf(ignored), "value");
    Void invalidated = await(ledger().invalidate(A, key));
    Void put = await(ledger().put(A, key, "value", KEEP));
    register(key + "-registered");

    StringBuilder everything = new StringBuilder();
    for (String name : server.commands().keys("*")) {
      everything.append(name).append(' ');
      switch (server.commands().type(name)) {
        case "hash" -> everything.append(server.commands().hgetall(name));
        case "zset" -> everything.append(server.commands().zrange(name, 0, -1));
        case "stream" ->
            server
                .commands()
                .xrange(name, Range.unbounded())
                .forEach(entry -> everything.append(entry.getBody()));
        default -> throw new AssertionError(name);
      }
    }

    assertThat(everything.toString()).contains("{slipstream:test:1:").doesNotContain("patient");
  }

  @Test
  void aScanShowsNoTextOfAKey() {
    for (int i = 0; i < 100; i++) {
      Void put = await(ledger().put(A, "patient-" + i, "value", KEEP));
      JoinResult<String, String> joined = join(A, "running-patient-" + i);
      JoinResult<String, String> waiting = join(B, "running-patient-" + i);
    }
    List<String> names = new ArrayList<>();
    ScanIterator.scan(server.commands()).forEachRemaining(names::add);

    assertThat(names)
        .hasSize(100 + 200 + 2)
        .allMatch(name -> name.matches("\\{slipstream:test:1:\\d}:([rg]:[\\w-]{22}|[mf])"));
  }

  @Test
  void anotherSecretIsAnotherCache() {
    put(A, "value");
    try (RedisFetchLedger<String, String> other =
        connected(
            super.builder().hashedKeys("another secret of sixteen".getBytes(UTF_8)).build())) {
      assertThat(await(other.find(KEY))).isNull();
    }
  }

  @Test
  void anInvalidationOfAKeyThatIsKnownHereIsDelivered() throws InterruptedException {
    LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();
    try (RedisFetchLedger<String, String> other = connected(builder().build())) {
      put(A, "value");
      assertThat(await(other.find(KEY))).isNotNull();
      var feed = other.listen(new NodeIdentity("b", "1"), new Noting(notices));
      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("attached false");
      Void unknown = await(ledger().invalidate(A, "unknown there"));
      invalidate(A);

      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("invalidated key");
      feed.close();
    }
  }

  @Test
  void aSecretThatIsTooShortIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> super.builder().hashedKeys(new byte[15]))
        .withMessageContaining("secret");
  }

  @Test
  void anIndexForgetsKeysThatAreCollected() {
    KeyIndex<Object> index = new KeyIndex<>();
    Object kept = new Object();
    index.add("kept", kept);
    index.add("kept", kept);
    index.add("gone", new Object());

    Awaitility.await()
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              System.gc();
              return index.size() == 1;
            });
    assertThat(index.get("kept")).isSameAs(kept);
    assertThat(index.get("gone")).isNull();
  }
}
