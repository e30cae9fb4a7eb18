package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.look;
import static dev.slipstream.canal.Feed.numbers;
import static dev.slipstream.canal.Feed.pull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Race;
import dev.slipstream.watch.CacheEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A lossy subscription: the latest events, and a count of the others. */
class EventSubscriptionTest {
  private final Feed feed = new Feed(8);
  private final EventSubscription<String, String> subscription = subscribeLate();
  private final AtomicInteger calls = new AtomicInteger();

  private EventSubscription<String, String> subscribeLate() {
    feed.emit(2);
    return feed.journal.subscribe(3);
  }

  @Test
  void itBeginsWithTheNextEvent() {
    assertThat(look(subscription).isEmpty()).isTrue();
    feed.emit(2);

    assertThat(numbers(look(subscription))).containsExactly(3L, 4L);
    assertThat(subscription.dropped()).isZero();
  }

  @Test
  void oneThatLagsBehindJumpsToTheLatestAndCounts() {
    feed.emit(3);
    assertThat(subscription.dropped()).isZero();
    feed.emit(2);
    assertThat(subscription.dropped()).as("counted though nobody pulls").isEqualTo(2);

    assertThat(numbers(pull(subscription, 2))).containsExactly(5L, 6L);
    assertThat(subscription.dropped()).isEqualTo(2);
    feed.emit(3);
    assertThat(numbers(look(subscription))).as("7 had no room").containsExactly(8L, 9L, 10L);
    assertThat(subscription.dropped()).isEqualTo(3);
  }

  @Test
  void itNeverLagsMoreThanTheJournalHolds() {
    EventSubscription<String, String> wide = feed.journal.subscribe(1000);
    feed.emit(20);

    assertThat(numbers(look(wide))).hasSize(8).endsWith(22L);
    assertThat(wide.dropped()).isEqualTo(12);
  }

  @Test
  void pullNowDoesNotWait() {
    assertThat(subscription.pullNow(1).isEmpty()).isTrue();
    feed.emit(3);
    assertThat(numbers(subscription.pullNow(2))).containsExactly(3L, 4L);
    for (int max : new int[] {0, -1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> subscription.pullNow(max))
          .withMessage("max must be at least 1, but is " + max);
    }
  }

  @Test
  void anActionRunsOnceWhenTheNextEventComes() {
    assertThat(subscription.onAvailable(calls::incrementAndGet)).isTrue();
    assertThat(calls).hasValue(0);

    feed.emit(2);

    assertThat(calls).hasValue(1);
    assertThat(numbers(look(subscription))).containsExactly(3L, 4L);
  }

  @Test
  void anActionDoesNotRunIfThereIsSomethingToPullAlready() {
    feed.emit(1);

    assertThat(subscription.onAvailable(calls::incrementAndGet)).isFalse();
    feed.emit(1);

    assertThat(calls).hasValue(0);
  }

  @Test
  void anActionThatThrowsHarmsNobody() {
    assertThat(
            subscription.onAvailable(
                () -> {
                  throw new AssertionError("as a test needs it");
                }))
        .isTrue();
    assertThat(feed.journal.subscribe(1).onAvailable(calls::incrementAndGet)).isTrue();

    feed.emit(1);

    assertThat(calls).hasValue(1);
    assertThat(numbers(look(subscription))).containsExactly(3L);
  }

  @Test
  void anActionRunsWhenTheSubscriptionOrTheJournalIsClosed() {
    assertThat(subscription.onAvailable(calls::incrementAndGet)).isTrue();
    subscription.close();
    assertThat(calls).hasValue(1);
    assertThat(subscription.onAvailable(calls::incrementAndGet))
        .as("pull, and be notified")
        .isFalse();
    assertThatExceptionOfType(CanalClosedException.class).isThrownBy(() -> subscription.pullNow(1));

    EventSubscription<String, String> other = feed.journal.subscribe(1);
    assertThat(other.onAvailable(calls::incrementAndGet)).isTrue();
    feed.journal.close();
    assertThat(calls).hasValue(2);
    assertThat(other.onAvailable(calls::incrementAndGet)).isFalse();
    assertThatExceptionOfType(CanalClosedException.class).isThrownBy(() -> other.pullNow(1));
  }

  @Test
  void aDrainOnDemandMissesNothing() {
    try (Race race = new Race()) {
      for (int round = 0; race.again(round, 20_000); round++) {
        Feed busy = new Feed(8);
        Drain drain = new Drain(busy.journal.subscribe(8));
        drain.run();
        race.run(() -> busy.emit(2), () -> busy.emit(1));
        assertThat(drain.seen).as("round %d", round).containsExactly(1L, 2L, 3L);
      }
    }
  }

  @Test
  void whatWasDroppedIsStillKnownAfterTheClose() {
    feed.emit(5);
    subscription.close();
    feed.emit(5);

    assertThat(subscription.dropped()).isEqualTo(2);
  }

  @Test
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> subscription.onAvailable(null));
  }

  /** Drains as the documentation says, on the emitting threads, one at a time. */
  private static final class Drain implements Runnable {
    final List<Long> seen = new ArrayList<>();
    private final EventSubscription<String, String> events;

    Drain(EventSubscription<String, String> events) {
      this.events = events;
    }

    @Override
    public synchronized void run() {
      do {
        CanalBatch<CacheEvent<String, String>> batch = events.pullNow(2);
        while (!batch.isEmpty()) {
          seen.addAll(numbers(batch));
          batch = events.pullNow(2);
        }
      } while (!events.onAvailable(this));
    }
  }
}
