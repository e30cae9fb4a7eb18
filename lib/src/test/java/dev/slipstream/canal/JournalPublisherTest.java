package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.Race;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A publisher of the latest events; {@link JournalPublisherTckTest} has the rules of its kind. */
class JournalPublisherTest {
  @RegisterExtension final LogCapture log = new LogCapture();

  private final Feed feed = new Feed(8);
  private final Flow.Publisher<CacheEvent<String, String>> publisher = feed.journal.publisher(3);

  private Probe subscribe(Probe probe) {
    publisher.subscribe(probe);
    return probe;
  }

  @Test
  void aSubscriberBeginsWithTheNextEvent() {
    feed.emit(2);
    Probe early = subscribe(Probe.unbounded());
    feed.emit();
    early.awaitSignals(3L);
    Probe late = subscribe(Probe.unbounded());
    feed.emit();

    early.awaitSignals(3L, 4L);
    late.awaitSignals(4L);
  }

  @Test
  void whatIsNotRequestedMakesRoomForTheLatest() {
    Probe probe = subscribe(new Probe());
    feed.emit(10);
    probe.subscription().request(2);

    probe.awaitSignals(8L, 9L);
    feed.emit(4);
    probe.subscription().request(10);
    probe.awaitSignals(8L, 9L, 12L, 13L, 14L);
  }

  @Test
  void whileASubscriberIsBusyOnlyTheCapacityWaitsForIt() {
    CountDownLatch go = new CountDownLatch(1);
    Probe slow =
        new Probe(subscription -> subscription.request(Long.MAX_VALUE)) {
          @Override
          void handle(CacheEvent<String, String> event) {
            Eventually.opens(go);
          }
        };
    subscribe(slow);
    feed.emit();
    slow.awaitSignals(1L);
    feed.emit(20);
    go.countDown();

    slow.awaitSignals(1L, 19L, 20L, 21L);
  }

  @Test
  void aBlockedSubscriberHoldsUpNeitherTheEmitterNorItsPeers() {
    CountDownLatch go = new CountDownLatch(1);
    Probe blocked =
        new Probe(subscription -> subscription.request(Long.MAX_VALUE)) {
          @Override
          void handle(CacheEvent<String, String> event) {
            Eventually.opens(go);
          }
        };
    subscribe(blocked);
    Probe peer = subscribe(Probe.unbounded());

    feed.emit();
    blocked.awaitSignals(1L);
    peer.awaitSignals(1L);
    feed.emit();
    peer.awaitSignals(1L, 2L);
    blocked.subscription().cancel();
    go.countDown();
  }

  @Test
  void itCompletesAfterWhatItHolds() {
    Probe probe = subscribe(new Probe());
    feed.emit(2);
    feed.journal.close();

    probe.subscription().request(1);
    probe.awaitSignals(1L);
    probe.subscription().request(1);
    probe.awaitSignals(1L, 2L, Probe.COMPLETE);
  }

  @Test
  void itCompletesThoughNothingIsRequested() {
    Probe probe = subscribe(new Probe());
    feed.journal.close();

    probe.awaitSignals(Probe.COMPLETE);
  }

  @Test
  void itCompletesAtOnceIfTheJournalWasClosedBefore() {
    feed.emit(2);
    feed.journal.close();
    Probe probe = subscribe(new Probe());

    probe.awaitSignals(Probe.COMPLETE);
  }

  @Test
  void itCompletesThoughItsSubscriberHasAnEventMoreToAskFor() {
    Probe probe = subscribe(Probe.unbounded());
    feed.emit();
    probe.awaitSignals(1L);
    feed.journal.close();

    probe.awaitSignals(1L, Probe.COMPLETE);
  }

  @Test
  void requestsWithinTheSignalsNeitherNestNorGetLost() {
    Probe probe =
        new Probe(subscription -> subscription.request(1)) {
          @Override
          void handle(CacheEvent<String, String> event) {
            subscription().request(1);
          }
        };
    subscribe(probe);
    feed.emit(3);

    probe.awaitSignals(1L, 2L, 3L);
  }

  @Test
  void aCancelWithinASignalIsTheLastOfThem() {
    Probe probe =
        new Probe(subscription -> subscription.request(Long.MAX_VALUE)) {
          @Override
          void handle(CacheEvent<String, String> event) {
            subscription().cancel();
          }
        };
    subscribe(probe);
    Probe peer = subscribe(Probe.unbounded());
    feed.emit(3);
    feed.journal.close();

    peer.awaitSignals(1L, 2L, 3L, Probe.COMPLETE);
    probe.awaitSignals(1L);
    Probe never = subscribe(new Probe(Flow.Subscription::cancel));
    assertThat(never.signals()).isEmpty();
  }

  @Test
  void aRequestForLessThanOneIsAnErrorWhateverWaits() {
    for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
      Probe probe = subscribe(new Probe());
      feed.emit();
      probe.subscription().request(n);

      probe.awaitSignals(IllegalArgumentException.class);
      assertThat(probe.failure())
          .hasMessage(
              "request must be for at least 1 event, but is for "
                  + n
                  + " (rule 3.9 of Reactive Streams)");
      probe.subscription().request(1);
      feed.emit();
      probe.awaitSignals(IllegalArgumentException.class);
    }
  }

  @Test
  void aSubscriberThatThrowsIsLoggedAndLeftAlone() {
    Probe probe =
        new Probe(subscription -> subscription.request(Long.MAX_VALUE)) {
          @Override
          void handle(CacheEvent<String, String> event) {
            throw new AssertionError("as a test needs it");
          }

          @Override
          public String toString() {
            return "the dashboard";
          }
        };
    subscribe(probe);
    Probe peer = subscribe(Probe.unbounded());
    feed.emit(2);
    feed.journal.close();

    peer.awaitSignals(1L, 2L, Probe.COMPLETE);
    Eventually.until("it is logged", () -> !log.warnings().isEmpty());
    assertThat(log.warnings())
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "a subscriber's onNext failed; its subscription is cancelled: the dashboard");
    probe.awaitSignals(1L);
  }

  @Test
  void oneThatThrowsFromTheFirstSignalIsNotCalledAgain() {
    Probe probe =
        subscribe(
            new Probe(
                subscription -> {
                  subscription.request(1);
                  throw new IllegalStateException("as a test needs it");
                }));
    Probe peer = subscribe(Probe.unbounded());
    feed.emit();

    peer.awaitSignals(1L);
    assertThat(probe.signals()).isEmpty();
    assertThat(log.warnings()).hasSize(1);
  }

  @Test
  void requestsWithoutEventsDoNotPileUp() {
    Probe probe = subscribe(new Probe());
    for (int i = 0; i < 1_000; i++) {
      probe.subscription().request(1);
    }
    Eventually.until("it waits for events", feed.journal::isAwaited);
    feed.emit();

    probe.awaitSignals(1L);
    Eventually.until("it waits once more", feed.journal::isAwaited);
    probe.subscription().cancel();
    assertThat(feed.journal.isAwaited()).as("after the cancel").isFalse();
  }

  @Test
  void aCancelledSubscriberIsForgotten() {
    WeakReference<Probe> forgotten = new WeakReference<>(subscribe(Probe.unbounded()));
    forgotten.get().subscription().cancel();

    Eventually.collects("the subscriber", () -> forgotten.get() == null);
  }

  @Test
  void nothingIsLostBetweenRequestsAndEvents() {
    try (Race race = new Race()) {
      for (int round = 0; race.again(round, 2_000); round++) {
        Feed busy = new Feed(16);
        Probe probe = new Probe();
        busy.journal.publisher(16).subscribe(probe);
        race.run(
            () -> busy.emit(4),
            () -> {
              probe.subscription().request(2);
              probe.subscription().request(1);
              probe.subscription().request(3);
            });
        busy.journal.close();
        probe.awaitSignals(1L, 2L, 3L, 4L, Probe.COMPLETE);
      }
    }
  }

  @Test
  void aStackThatEndsWhereverAnEventWakesItStopsNothing() throws Exception {
    for (int dives = 0; dives < 10; dives++) {
      Feed deep = new Feed(1 << 16);
      Probe probe = Probe.unbounded();
      deep.journal.publisher(1 << 16).subscribe(probe);
      Eventually.until("it waits for events", deep.journal::isAwaited);
      Thread diver = new Thread(null, () -> emitAtEachDepth(deep), "diver", 256 * 1024);
      diver.start();
      diver.join();
      deep.journal.close();

      Eventually.until("it completes", () -> probe.signals().contains(Probe.COMPLETE));
      assertThat(probe.signals()).hasSize((int) deep.journal.lastSequence() + 1);
    }
  }

  /** Emits at each depth of the stack, the deepest first. */
  private static void emitAtEachDepth(Feed deep) {
    try {
      emitAtEachDepth(deep);
    } catch (StackOverflowError deepest) {
      // there is room here for a part of what follows
    }
    if (deep.journal.lastSequence() < 100) {
      deep.journal.append("k", EventType.PUT, 0, "v", null);
    }
  }

  @Test
  void manySubscribersGetTheSame() {
    Feed wide = new Feed(64);
    List<Probe> probes = LongStream.range(0, 50).mapToObj(i -> Probe.unbounded()).toList();
    probes.forEach(wide.journal.publisher(64)::subscribe);
    wide.emit(40);
    wide.journal.close();

    for (Probe probe : probes) {
      Eventually.until("it completes", () -> probe.signals().contains(Probe.COMPLETE));
      assertThat(probe.signals()).hasSize(41).startsWith(1L, 2L).endsWith(40L, Probe.COMPLETE);
    }
  }

  @Test
  void badArgumentsAreRefused() {
    for (int capacity : new int[] {0, -1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> feed.journal.publisher(capacity))
          .withMessage("capacity must be at least 1, but is " + capacity);
    }
    assertThatNullPointerException()
        .isThrownBy(() -> publisher.subscribe(null))
        .withMessage("subscriber");
    assertThat(publisher).hasToString("Publisher[latest 3 events]");
  }
}
