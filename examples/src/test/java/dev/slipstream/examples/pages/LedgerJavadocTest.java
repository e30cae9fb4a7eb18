package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.slipstream.CoalescingCache;
import dev.slipstream.ledger.AwayPolicy;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.WatchedFetchLedger;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the ledger's Javadoc and of its page. */
@Timeout(60)
class LedgerJavadocTest {
  record Row(int id) {}

  private final CompletableFuture<JoinResult<String, Row>> joined = new CompletableFuture<>();
  private final CompletableFuture<FetchEnd<Row>> shown = new CompletableFuture<>();

  private void loadOrWait(JoinResult<String, Row> result) {
    joined.complete(result);
  }

  private void show(FetchEnd<Row> end) {
    shown.complete(end);
  }

  @Test
  void oneFlightAcquiresTheFetch() throws Exception {
    FetchLedger<String, Row> ledger = InMemoryFetchLedger.create();
    FetchScope flight = new FetchScope(NodeIdentity.of("orders-7"), 1);

    ledger
        .join(flight, "row 1", JoinOptions.of(Duration.ofSeconds(3)))
        .thenAccept(this::loadOrWait); // one flight of all nodes acquires the fetch

    assertInstanceOf(JoinResult.Acquired.class, joined.join());
    ledger.close();
  }

  @Test
  void aCacheWithALedgerSharesWhatItLoads() throws Exception {
    FetchLedger<String, Row> ledger = InMemoryFetchLedger.create();

    CoalescingCache<String, Row> rows =
        CoalescingCache.builder()
            .expireAfterWrite(Duration.ofMinutes(5))
            .ledger(ledger, LedgerOptions.builder().node("orders-7").build())
            .build();

    assertEquals(new Row(1), rows.get("row 1", key -> new Row(1)));
    rows.close();
    ledger.close();
  }

  @Test
  void aJoinThatIsWaitedFor() throws Exception {
    FetchLedger<String, Row> ledger = InMemoryFetchLedger.create();
    FetchScope flight = new FetchScope(NodeIdentity.of("orders-7"), 1);

    JoinResult<String, Row> joined =
        ledger
            .join(flight, "row 1", JoinOptions.of(Duration.ofSeconds(3)))
            .toCompletableFuture()
            .get();

    assertInstanceOf(JoinResult.Acquired.class, joined);
    ledger.close();
  }

  @Test
  void theEndOfAFetchIsAwaited() throws Exception {
    FetchLedger<String, Row> ledger = InMemoryFetchLedger.create();
    WatchedFetchLedger<String, Row> watched = WatchedFetchLedger.watch(ledger);

    watched.awaiter().awaitEnd("row 1").thenAccept(this::show);

    FetchScope flight = new FetchScope(NodeIdentity.of("orders-7"), 1);
    JoinResult<String, Row> result =
        watched
            .join(flight, "row 1", JoinOptions.of(Duration.ofSeconds(3)))
            .toCompletableFuture()
            .get();
    var acquired = (JoinResult.Acquired<String, Row>) result;
    watched
        .complete(acquired.lease(), new FetchEnd.Success<>(new Row(1)), Duration.ofSeconds(1))
        .toCompletableFuture()
        .get();
    assertEquals(new FetchEnd.Success<>(new Row(1)), shown.join());
    watched.close();
  }

  @Test
  void theOptionsOfACache() {
    LedgerOptions options =
        LedgerOptions.builder()
            .node("orders-7")
            .leaseTime(Duration.ofSeconds(5))
            .whenAway(AwayPolicy.FAIL)
            .build();

    assertEquals(AwayPolicy.FAIL, options.whenAway());
  }
}
