package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.CanalClosedException;
import dev.slipstream.canal.CanalHandle;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.canal.Reactor;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.CacheEvent;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A consumer that stands still holds up no writer: puts return while it is blocked. */
class SlowConsumerTest {
  private static final int PUTS = 5_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicLong seen = new AtomicLong();

  private void stop() {
    entered.countDown();
    Eventually.opens(release);
  }

  /** Everything that makes events, on this thread, while the consumer is blocked. */
  private void everythingReturns(CoalescingCache<String, String> cache) {
    cache.put("first", "v");
    Eventually.opens(entered);
    for (int i = 0; i < PUTS; i++) {
      cache.put("k" + i % 10, "v" + i);
    }
    assertThat(cache.get("fetched", key -> "v")).isEqualTo("v");
    cache.invalidateAll();
    cache.restore(cache.snapshot());
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void ofALossySubscription() throws Exception {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventJournal(1_000));
    try (EventSubscription<String, String> subscription = cache.events().subscribe(100)) {
      CanalHandle reactor =
          Reactor.run(
              subscription,
              batch -> {
                stop();
                seen.addAndGet(batch.items().size());
              });
      everythingReturns(cache);
      assertThat(subscription.dropped()).as("counted as soon as lost").isPositive();

      cache.close();
      release.countDown();
      reactor.join();
      assertThat(seen.get() + subscription.dropped()).isEqualTo(cache.events().lastSequence());
      assertThat(seen).hasValueLessThan(PUTS);
    }
  }

  @Test
  void ofACursor() throws Exception {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventJournal(100));
    AtomicLong lost = new AtomicLong();
    try (EventCursor<String, String> cursor = cache.events().cursor("slow")) {
      CanalHandle reactor =
          Reactor.run(
              cursor,
              batch -> {
                stop();
                if (batch instanceof CanalBatch.Gap<?> gap) {
                  lost.addAndGet(gap.to() - gap.from() + 1);
                } else {
                  seen.addAndGet(batch.items().size());
                }
              });
      everythingReturns(cache);

      cache.close();
      release.countDown();
      reactor.join();
      assertThat(lost.get()).isPositive();
      assertThat(seen.get() + lost.get()).isEqualTo(cache.events().lastSequence());
    }
  }

  @Test
  void ofASink() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .eventJournal(10)
                    .eventSink(
                        event -> {
                          stop();
                          seen.incrementAndGet();
                        },
                        100));
    everythingReturns(cache);
    cache.close();
    release.countDown();

    Eventually.until(
        "all are delivered or counted",
        () -> seen.get() + cache.stats().droppedEventCount() == cache.events().lastSequence());
    assertThat(seen.get()).isLessThanOrEqualTo(101);
  }

  @Test
  void nobodyPullsAtAll() throws Exception {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventJournal(1_000));
    try (EventSubscription<String, String> subscription = cache.events().subscribe(3);
        EventCursor<String, String> cursor = cache.events().cursor(1)) {
      entered.countDown();
      everythingReturns(cache);

      long last = cache.events().lastSequence();
      assertThat(subscription.dropped()).isEqualTo(last - 3);
      assertThat(subscription.pullNow(10).items())
          .extracting(CacheEvent::sequence)
          .containsExactly(last - 2, last - 1, last);
      assertThat(subscription.pullNow(10).isEmpty()).isTrue();
      assertThat(cursor.position()).isEqualTo(1);
    } catch (CanalClosedException e) {
      throw new AssertionError("nobody closed it", e);
    }
  }
}
