package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import dev.slipstream.processes.Relay;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node that was cut off while the feed lost entries: to the last one, which leaves no first. */
class TrimmedFeedTest {
  private static final String FEED = "{slipstream:test:1:0}:f";
  private final LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();

  private String next() throws InterruptedException {
    return notices.poll(30, TimeUnit.SECONDS);
  }

  private static RedisFetchLedger<String, String> ledger(int port, Duration repairWindow) {
    return RedisContract.connected(
        RedisFetchLedger.builder(RedisURI.create("127.0.0.1", port), RedisContract.CODEC)
            .cache("test")
            .repairWindow(repairWindow)
            .build());
  }

  @Test
  void oneThatHasReadNothingYetMissesNothingUnseen() throws InterruptedException {
    missesAreNoticed(0);
  }

  @Test
  void oneThatHasReadSomethingMissesNothingUnseen() throws InterruptedException {
    missesAreNoticed(1);
  }

  private void missesAreNoticed(int readBefore) throws InterruptedException {
    Duration window = Duration.ofMillis(1); // so that no repetition of earlier ones shows the gap
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port());
        RedisFetchLedger<String, String> a = ledger(server.port(), window);
        RedisFetchLedger<String, String> b = ledger(relay.port(), window)) {
      Void ignored = await(a.invalidate(scope("a", 1), "earlier"));
      LedgerFeed unused = b.listen(scope("b", 1).node(), new Noting(notices));
      assertThat(next()).isEqualTo("attached false");
      for (int i = 0; i < readBefore; i++) {
        ignored = await(a.invalidate(scope("a", 1), "read"));
        assertThat(next()).isEqualTo("invalidated read");
      }
      relay.cut();
      assertThat(next()).isEqualTo("detached");
      ignored = await(a.invalidate(scope("a", 1), "missed"));
      long unusedToo = server.commands().xtrim(FEED, 0);
      assertThat(server.commands().xlen(FEED)).isZero();
      relay.heal();

      assertThat(next()).isEqualTo("attached false");
      ignored = await(a.invalidate(scope("a", 1), "next"));
      assertThat(next()).isEqualTo("invalidated next");
    }
  }

  /** As if the feed were evicted right after an entry was written, before it was read. */
  @Test
  void anEntryThatIsGoneBeforeItIsReadIsMissedByAFeedThatIsAttached() throws InterruptedException {
    try (RedisServer server = RedisServer.embedded();
        RedisFetchLedger<String, String> a = ledger(server.port(), Duration.ofMinutes(1));
        RedisFetchLedger<String, String> b = ledger(server.port(), Duration.ofMinutes(1))) {
      Void ignored = await(a.invalidate(scope("a", 1), "earlier"));
      LedgerFeed unused = b.listen(scope("b", 1).node(), new Noting(notices));
      assertThat(next()).isEqualTo("attached false");
      long newest = server.commands().hincrby("{slipstream:test:1:0}:m", "q", 1);
      assertThat(server.commands().del(FEED)).isOne();

      assertThat(next()).isEqualTo("invalidated all");
      ignored = await(a.invalidate(scope("a", 1), "next"));
      assertThat(next()).as("and only once").isEqualTo("invalidated next");
      assertThat(newest).isEqualTo(2);
    }
  }
}
