package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.processes.RedisServer;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is away, slow, restarted or without its replicas. */
class OutageTest {
  private static final FetchScope A = scope("a", 1);
  private static final FetchScope B = scope("b", 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(30));
  private static final Duration KEEP = Duration.ofHours(1);
  private final RedisServer server = RedisServer.embedded();

  @AfterEach
  void stopServer() {
    server.close();
  }

  private RedisFetchLedgerBuilder<String, String> builder() {
    return builder(server.uri());
  }

  private static RedisFetchLedgerBuilder<String, String> builder(RedisURI uri) {
    return RedisFetchLedger.builder(uri, RedisContract.CODEC).cache("test");
  }

  @Test
  void aLedgerIsBuiltWithoutAServerAndConnectsWhenThereIsOne() {
    server.stop();
    try (RedisFetchLedger<String, String> ledger = builder().build()) {
      assertThat(failureOf(ledger.join(A, "key", OPTIONS)))
          .isInstanceOf(LedgerUnavailableException.class);
      server.start();

      RedisContract.connected(ledger);
      assertThat(await(ledger.join(A, "key", OPTIONS))).isInstanceOf(JoinResult.Acquired.class);
    }
  }

  @Test
  void aServerThatGoesAwayFailsCallsAndIsFoundAgain() {
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder().build())) {
      server.stop();
      assertThat(failureOf(ledger.find("key"))).isInstanceOf(LedgerUnavailableException.class);
      server.start();

      RedisContract.connected(ledger);
      assertThat(await(ledger.find("key"))).isNull();
    }
  }

  @Test
  void aJoinWithoutAnAnswerIsUndone() throws Exception {
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder().build())) {
      server.signal("STOP");
      assertThat(failureOf(ledger.join(A, "key", OPTIONS)))
          .isInstanceOf(LedgerUnavailableException.class);
      server.signal("CONT");

      Awaitility.await()
          .ignoreExceptions()
          .atMost(10, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                assertThat(server.commands().keys("*")).as("it was executed").isNotEmpty();
                assertThat(await(ledger.find("key"))).isNull();
              });
      assertThat(await(ledger.join(B, "key", OPTIONS))).isInstanceOf(JoinResult.Acquired.class);
    }
  }

  @Test
  void anInvalidationThatFailedIsADebtThatTheNextJoinPays() {
    allowUser(true);
    RedisURI uri = server.uri("node", "secret");
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder(uri).build())) {
      Void put = await(ledger.put(A, "key", "old", KEEP));
      allowUser(false);
      assertThat(failureOf(ledger.invalidate(A, "key")))
          .isInstanceOf(LedgerUnavailableException.class);
      allowUser(true);

      assertThat(await(ledger.join(B, "key", OPTIONS))).isInstanceOf(JoinResult.Acquired.class);
    }
  }

  @Test
  void anInvalidationOfEverythingThatFailedIsADebtToo() {
    allowUser(true);
    RedisURI uri = server.uri("node", "secret");
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder(uri).build())) {
      Void put = await(ledger.put(A, "key", "old", KEEP));
      allowUser(false);
      assertThat(failureOf(ledger.invalidateAll(A))).isInstanceOf(LedgerUnavailableException.class);
      allowUser(true);

      assertThat(await(ledger.join(B, "key", OPTIONS))).isInstanceOf(JoinResult.Acquired.class);
    }
  }

  private void allowUser(boolean everything) {
    AclSetuserArgs args = AclSetuserArgs.Builder.on().addPassword("secret").keyPattern("*");
    String ignored =
        server
            .commands()
            .aclSetuser(
                "node",
                everything ? args.allCommands() : args.noCommands().addCommand(CommandType.PING));
  }

  @Test
  void aDebtIsPaidWithoutAJoin() {
    Debts debts = new Debts();
    KeyRef key = new KeyRef("digest", new byte[0], 0);
    debts.add(key);
    int first = debts.of(key);
    debts.add(key);
    debts.paid(key, first);
    assertThat(debts.of(key)).as("a later debt is not paid by an earlier payment").isNotZero();
    debts.paid(key, debts.of(key));
    assertThat(debts.isEmpty()).isTrue();
    for (int i = 0; i <= 10_000; i++) {
      debts.add(new KeyRef("digest " + i, new byte[0], 0));
    }
    assertThat(debts.all()).as("too many become one of everything").isEmpty();
    assertThat(debts.ofEverything()).isNotZero();
  }

  @Test
  void scriptsThatTheServerForgotAreSentAgain() {
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder().build())) {
      String ignored = server.commands().scriptFlush();

      assertThat(await(ledger.join(A, "key", OPTIONS))).isInstanceOf(JoinResult.Acquired.class);
      Void invalidated = await(ledger.invalidate(A, "key"));
      assertThat(await(ledger.find("key"))).isNull();
    }
  }

  @Test
  void anInvalidationWaitsForReplicas() {
    try (RedisFetchLedger<String, String> ledger =
        RedisContract.connected(builder().waitForReplicas(1, Duration.ofMillis(500)).build())) {
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(failureOf(ledger.invalidate(A, "key")))
                      .hasMessageContaining("0 of 1 replicas"));
      try (RedisServer replica =
          RedisServer.embedded("--replicaof", "127.0.0.1", Integer.toString(server.port()))) {
        Awaitility.await()
            .atMost(30, TimeUnit.SECONDS)
            .until(() -> replica.commands().info("replication").contains("master_link_status:up"));

        Void ignored = await(ledger.invalidate(A, "key"));
      }
    }
  }

  @Test
  void joinAndLeaveLeaveNothingBehind() {
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder().build())) {
      for (int i = 0; i < 1_000; i++) {
        JoinResult<String, String> joined = await(ledger.join(A, "key " + i, OPTIONS));
        assertThat(
                await(ledger.leave(A, ((JoinResult.Acquired<String, String>) joined).lease().id())))
            .isEqualTo(new LeaveResult.GivenUp());
      }

      assertThat(server.commands().keys("*")).containsExactly("{slipstream:test:1:0}:m");
    }
  }

  @Test
  void aFetchOfADeadNodeIsForgottenAfterTenLeaseTimes() {
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(builder().build())) {
      JoinResult<String, String> joined = await(ledger.join(A, "key", OPTIONS));
      assertThat(joined).isInstanceOf(JoinResult.Acquired.class);
      ShiftedTime.elapse(server.commands(), OPTIONS.lease().multipliedBy(10).plusMillis(10));

      assertThat(await(ledger.find("key"))).isNull();
      assertThat(await(ledger.nonTerminal())).isEmpty();
    }
  }
}
