package dev.slipstream.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that does not return, beside another of the same ledger. */
class BlockedListenerTest {
  private static final int CHANGES = 100;

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void holdsUpNeitherTheFeedNorTheOtherListenerAndMissesNothing(int blocked) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RedisServer server = RedisServer.embedded();
        RedisFetchLedger<String, String> one = ledger(server);
        RedisFetchLedger<String, String> other = ledger(server)) {
      Listener[] listeners = new Listener[2];
      for (int i = 0; i < listeners.length; i++) {
        listeners[i] = new Listener(i == blocked ? release : new CountDownLatch(0));
        var unused = other.listen(NodeIdentity.of("listener " + i), listeners[i]);
        assertThat(listeners[i].attached.await(30, TimeUnit.SECONDS)).isTrue();
      }

      invalidate(one, 0); // the first is read by itself: later ones come while a listener blocks
      assertThat(listeners[1 - blocked].next()).isEqualTo("invalidated key 0");
      IntStream.range(1, CHANGES).forEach(i -> invalidate(one, i));
      for (int i = 1; i < CHANGES; i++) {
        assertThat(listeners[1 - blocked].next()).isEqualTo("invalidated key " + i);
      }
      assertThat(listeners[blocked].notices).isEmpty();

      release.countDown();
      for (int i = 0; i < CHANGES; i++) {
        assertThat(listeners[blocked].next()).isEqualTo("invalidated key " + i);
      }
    } finally {
      release.countDown();
    }
  }

  private static void invalidate(RedisFetchLedger<String, String> ledger, int i) {
    var unused =
        ledger
            .invalidate(new FetchScope(NodeIdentity.of("writer"), 0), "key " + i)
            .toCompletableFuture()
            .join();
  }

  private static RedisFetchLedger<String, String> ledger(RedisServer server) {
    return RedisContract.connected(
        RedisFetchLedger.builder(server.uri(), RedisContract.CODEC)
            .cache("test")
            .timeout(Duration.ofSeconds(10))
            .build());
  }

  /** Notes what it is notified of, invalidations once it may. */
  private static final class Listener extends Noting {
    final CountDownLatch attached = new CountDownLatch(1);
    final BlockingQueue<String> notices;
    private final CountDownLatch released;

    Listener(CountDownLatch released) {
      this(new LinkedBlockingQueue<>(), released);
    }

    private Listener(BlockingQueue<String> notices, CountDownLatch released) {
      super(notices);
      this.notices = notices;
      this.released = released;
    }

    String next() throws InterruptedException {
      String notice = notices.poll(30, TimeUnit.SECONDS);
      return notice == null ? "nothing" : notice;
    }

    @Override
    public void invalidated(String key) {
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      super.invalidated(key);
    }

    @Override
    public void attached(boolean missedNothing) {
      attached.countDown();
    }
  }
}
