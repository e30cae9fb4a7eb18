package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.LIMIT;
import static dev.slipstream.canal.Feed.look;
import static dev.slipstream.canal.Feed.numbers;
import static dev.slipstream.canal.Feed.pull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.CacheEvent;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pull that waits, is interrupted or finds the canal closed: the same for every canal. */
class PullTest {
  private final Feed feed = new Feed(4);

  enum Kind {
    CURSOR,
    SUBSCRIPTION
  }

  private Canal<CacheEvent<String, String>> open(Kind kind) {
    return switch (kind) {
      case CURSOR -> feed.journal.cursor(feed.journal.lastSequence() + 1);
      case SUBSCRIPTION -> feed.journal.subscribe(4);
    };
  }

  @ParameterizedTest
  @EnumSource
  void aPullWaitsForTheNextEvent(Kind kind) {
    var canal = open(kind);
    for (long number = 1; number <= 3; number++) {
      var puller = Caller.start(() -> pull(canal, 10));
      puller.awaitWaiting();

      feed.emit();

      assertThat(puller.value()).isEqualTo(new CanalBatch.One<>(Feed.event(number)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPullGivesNothingAtItsDeadline(Kind kind) throws InterruptedException {
    var canal = open(kind);
    Duration deadline = Duration.ofMillis(20);
    long start = System.nanoTime();

    assertThat(canal.pullBatch(1, deadline)).isEqualTo(new CanalBatch.Empty<>());

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(deadline.toNanos());
  }

  @ParameterizedTest
  @EnumSource
  void aDeadlineMayBeLongerThanAnyClock(Kind kind) {
    var canal = open(kind);
    var puller = Caller.start(() -> canal.pullBatch(1, Duration.ofSeconds(Long.MAX_VALUE)));
    puller.awaitWaiting();

    feed.emit();

    assertThat(puller.value()).isEqualTo(new CanalBatch.One<>(Feed.event(1)));
  }

  @ParameterizedTest
  @EnumSource
  void severalPullersShareTheEvents(Kind kind) {
    var canal = open(kind);
    var pullers = Stream.generate(() -> Caller.start(() -> pull(canal, 1))).limit(4).toList();
    pullers.forEach(Caller::awaitWaiting);

    feed.emit(4);

    List<Long> seen = new ArrayList<>();
    pullers.forEach(puller -> seen.addAll(numbers(puller.value())));
    assertThat(seen).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @ParameterizedTest
  @EnumSource
  void badArgumentsAreRefusedByName(Kind kind) {
    var canal = open(kind);
    feed.emit();
    for (int max : new int[] {0, -3}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> canal.pullBatch(max, LIMIT))
          .withMessage("max must be at least 1, but is " + max);
    }
    for (Duration deadline : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> canal.pullBatch(1, deadline))
          .withMessage("deadline must be more than zero, but is " + deadline);
    }
    assertThatNullPointerException()
        .isThrownBy(() -> canal.pullBatch(1, null))
        .withMessage("deadline");
    assertThat(numbers(look(canal))).as("nothing was consumed").containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptEndsAPullThatWaits(Kind kind) {
    var canal = open(kind);
    var puller = Caller.start(() -> canal.pullBatch(1, LIMIT));
    puller.awaitWaiting();

    puller.interrupt();

    assertThat(puller.failure()).isInstanceOf(InterruptedException.class);
    feed.emit();
    assertThat(numbers(look(canal))).containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedThreadConsumesNothing(Kind kind) {
    var canal = open(kind);
    feed.emit();

    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> canal.pullBatch(1, LIMIT));
    assertThat(Thread.interrupted()).isFalse();
    assertThat(numbers(look(canal))).containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource
  void closeEndsPullsThatWait(Kind kind) {
    var canal = open(kind);
    var pullers = Stream.generate(() -> Caller.start(() -> pull(canal, 1))).limit(3).toList();
    pullers.forEach(Caller::awaitWaiting);

    canal.close();
    canal.close();

    pullers.forEach(
        puller -> assertThat(puller.failure()).isInstanceOf(CanalClosedException.class));
  }

  @ParameterizedTest
  @EnumSource
  void aClosedCanalGivesNothingAnyMore(Kind kind) {
    var canal = open(kind);
    feed.emit();

    canal.close();

    assertThatExceptionOfType(CanalClosedException.class)
        .isThrownBy(() -> canal.pullBatch(1, LIMIT))
        .withMessageContaining("this canal is closed");
  }

  @ParameterizedTest
  @EnumSource
  void closeTouchesNoOtherCanal(Kind kind) {
    var canal = open(kind);
    var other = open(kind);
    var puller = Caller.start(() -> pull(other, 1));
    puller.awaitWaiting();

    canal.close();
    feed.emit();

    assertThat(puller.value()).isEqualTo(new CanalBatch.One<>(Feed.event(1)));
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfTheJournalEndsPullsThatWait(Kind kind) {
    var canal = open(kind);
    var puller = Caller.start(() -> pull(canal, 1));
    puller.awaitWaiting();

    feed.journal.close();
    feed.journal.close();

    assertThat(puller.failure())
        .isInstanceOf(CanalClosedException.class)
        .hasMessageContaining("the journal is closed");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLeftIsGivenAfterTheEndOfTheJournal(Kind kind) {
    var canal = open(kind);
    feed.emit(2);
    feed.journal.close();
    feed.emit(1);

    assertThat(numbers(pull(canal, 1))).containsExactly(1L);
    assertThat(numbers(pull(canal, 9))).as("3 came too late").containsExactly(2L);
    assertThatExceptionOfType(CanalClosedException.class).isThrownBy(() -> look(canal));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsStillLateAtTheEndOfTheJournalIsLost(Kind kind) {
    var canal = open(kind);
    feed.emitNumbers(1, 4);
    feed.journal.close();

    assertThat(numbers(look(canal))).containsExactly(1L);
    if (canal instanceof EventSubscription<String, String> subscription) {
      assertThat(numbers(look(canal))).containsExactly(4L);
      assertThat(subscription.dropped()).isEqualTo(2);
    } else {
      assertThat(look(canal)).isEqualTo(new CanalBatch.Gap<>(2, 3));
      assertThat(numbers(look(canal))).containsExactly(4L);
    }
    assertThatExceptionOfType(CanalClosedException.class).isThrownBy(() -> look(canal));
  }

  @ParameterizedTest
  @EnumSource
  void pullsThatTimedOutAreForgotten(Kind kind) {
    var canal = open(kind);
    var ring = feed.journal.bell();
    for (int i = 0; i < 10; i++) {
      look(canal);
    }

    assertThat(ring.isIdle()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aClosedCanalKeepsNoEvents(Kind kind) {
    EventJournal<String, String> dropped = new EventJournal<>(4);
    WeakReference<EventJournal<String, String>> journal = new WeakReference<>(dropped);
    Canal<?> canal = kind == Kind.CURSOR ? dropped.cursor(1) : dropped.subscribe(4);
    canal.close();
    dropped = null;

    Eventually.collects("the journal is collected", () -> journal.get() == null);
    assertThatExceptionOfType(CanalClosedException.class).isThrownBy(() -> look(canal));
  }

  @ParameterizedTest
  @EnumSource
  void everyEventOfSeveralEmittersComesOnceAndInOrder(Kind kind) {
    int emitters = 3;
    int each = 5_000;
    Feed busy = new Feed(emitters * each);
    var canal =
        kind == Kind.CURSOR ? busy.journal.cursor(1) : busy.journal.subscribe(emitters * each);
    var emitting =
        Stream.generate(
                () ->
                    Caller.start(
                        () -> {
                          busy.emit(each);
                          return true;
                        }))
            .limit(emitters)
            .toList();

    List<Long> seen = new ArrayList<>();
    while (seen.size() < emitters * each) {
      seen.addAll(numbers(pull(canal, 100)));
    }

    emitting.forEach(Caller::value);
    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, emitters * each).boxed().toList());
  }
}
