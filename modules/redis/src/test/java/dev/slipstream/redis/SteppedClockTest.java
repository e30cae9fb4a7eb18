package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.processes.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server whose clock goes back while a node has a lease. */
class SteppedClockTest {
  private static final FetchScope A = scope("a", 1);
  private static final FetchScope B = scope("b", 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(1));

  @Test
  void aHolderThatDiedBeforeTheClockWentBackIsWaitedForNoLongerThanItsLease() {
    try (RedisServer server = RedisServer.embedded();
        RedisFetchLedger<String, String> ledger =
            RedisContract.connected(
                RedisFetchLedger.builder(server.uri(), RedisContract.CODEC)
                    .cache("test")
                    .timeout(Duration.ofSeconds(10))
                    .build())) {
      Lease<String> lease = leaseOf(await(ledger.join(A, "key", OPTIONS)));
      ShiftedTime.elapse(server.commands(), Duration.ofHours(-1));

      assertThat(await(ledger.join(B, "key", OPTIONS)))
          .isInstanceOfSatisfying(
              JoinResult.Held.class,
              held -> assertThat(held.by().left()).isLessThanOrEqualTo(OPTIONS.lease()));
      assertThat(await(ledger.look(B, lease.id())))
          .isInstanceOfSatisfying(
              JoinResult.Held.class,
              held -> assertThat(held.by().left()).isLessThanOrEqualTo(OPTIONS.lease()));
    }
  }
}
