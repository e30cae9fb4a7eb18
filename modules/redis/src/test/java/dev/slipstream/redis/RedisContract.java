package dev.slipstream.redis;

import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.contract.FetchLedgerContract;
import dev.slipstream.processes.RedisServer;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The contract over a server that all tests of a class share; each begins with an empty one. */
abstract class RedisContract extends FetchLedgerContract {
  static final EntryCodec<String, String> CODEC =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());

  abstract RedisServer server();

  RedisFetchLedgerBuilder<String, String> builder() {
    return RedisFetchLedger.builder(server().uri(), CODEC)
        .cache("test")
        .timeout(Duration.ofSeconds(10));
  }

  @Override
  protected FetchLedger<String, String> create() {
    server().commands().flushall();
    return connected(builder().build());
  }

  /** Waits until a ledger has its connection. */
  static <K, V> RedisFetchLedger<K, V> connected(RedisFetchLedger<K, V> ledger) {
    Awaitility.await()
        .ignoreExceptions()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> ledger.nonTerminal().toCompletableFuture().get() != null);
    return ledger;
  }

  @Override
  public final void elapse(Duration time) {
    ShiftedTime.elapse(server().commands(), time);
  }
}
