package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchRegistration;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract over a cluster of one node, with several shards. */
class ClusterTest extends RedisContract {
  private static RedisServer server;
  private static RedisClusterClient client;

  @BeforeAll
  static void startCluster() throws Exception {
    server =
        RedisServer.embedded("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf");
    String ignored = server.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> server.commands().clusterInfo().contains("cluster_state:ok"));
    client = RedisClusterClient.create(server.uri());
    client.setOptions(options().build());
  }

  private static ClusterClientOptions.Builder options() {
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    options
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(10)));
    return options;
  }

  @AfterAll
  static void stopCluster() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    server.close();
  }

  @Override
  RedisServer server() {
    return server;
  }

  @Override
  RedisFetchLedgerBuilder<String, String> builder() {
    return RedisFetchLedger.builder(client, CODEC).cache("test");
  }

  @Override
  protected FetchLedger<String, String> create() {
    return Resending.to(super.create());
  }

  @Test
  void keysAreSpreadOverTheShards() throws InterruptedException {
    LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();
    try (RedisFetchLedger<String, String> connected =
        connected(builder().cache("sharded").shards(4).build())) {
      FetchLedger<String, String> sharded = Resending.to(connected);
      var feed = sharded.listen(B.node(), new Noting(notices));
      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("attached false");
      for (int i = 0; i < 64; i++) {
        await(sharded.register(FetchRegistration.of("key " + i)));
      }
      assertThat(server.commands().keys("{slipstream:sharded:1:*}:m")).hasSize(4);
      assertThat(await(sharded.nonTerminal())).hasSize(64);

      Void ignored = await(sharded.invalidateAll(A));

      assertThat(await(sharded.nonTerminal())).isEmpty();
      for (int i = 0; i < 4; i++) {
        assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("invalidated all");
      }
      feed.close();
    }
  }

  @Test
  void aClientWhoseOptionsDoNotFitIsRefusedByName() {
    refused(options -> options.replayFilter(command -> false), "replayFilter");
    refused(
        options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.DEFAULT),
        "disconnectedBehavior");
    refused(options -> options.timeoutOptions(TimeoutOptions.create()), "timeoutOptions");
  }

  private static void refused(Consumer<ClientOptions.Builder> change, String name) {
    ClusterClientOptions.Builder options = options();
    change.accept(options);
    RedisClusterClient other = RedisClusterClient.create(server.uri());
    other.setOptions(options.build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisFetchLedger.builder(other, CODEC))
        .withMessageContaining(name);
    other.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
