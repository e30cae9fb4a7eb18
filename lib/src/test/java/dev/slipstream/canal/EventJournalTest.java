package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.event;
import static dev.slipstream.canal.Feed.look;
import static dev.slipstream.canal.Feed.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.EventsLostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring of the last events: what it holds, and what it says of what it does not. */
class EventJournalTest {
  private final Feed feed = new Feed(5);
  private final EventJournal<String, String> journal = feed.journal;

  @Test
  void anEmptyOneBeginsWithOne() {
    assertThat(journal.firstSequence()).isEqualTo(1);
    assertThat(journal.lastSequence()).isZero();
    assertThat(journal.firstAfter("k", EventType.PUT, 0)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 1000})
  void itHoldsAsManyAsItsSizeAndNoMore(int size) {
    Feed other = new Feed(size);
    other.emit(3 * size + 1);

    assertThat(other.journal.size()).isEqualTo(size);
    assertThat(other.journal.lastSequence()).isEqualTo(3L * size + 1);
    assertThat(other.journal.firstSequence()).isEqualTo(2L * size + 2);
    EventCursor<String, String> cursor = other.journal.cursor(1);
    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(1, 2L * size + 1));
    assertThat(numbers(look(cursor))).hasSize(size).startsWith(2L * size + 2);
  }

  @Test
  void neighboursMayComeInAnyOrder() {
    EventCursor<String, String> cursor = journal.cursor(1);

    feed.emitNumbers(3, 2);
    assertThat(look(cursor).isEmpty()).as("the first is late, not missing").isTrue();
    assertThat(journal.lastSequence()).isEqualTo(3);

    feed.emitNumbers(1);
    assertThat(numbers(look(cursor))).containsExactly(1L, 2L, 3L);
    assertThat(journal.lastSequence()).isEqualTo(3);
  }

  @Test
  void anEventThatNeverComesIsAGapOnceItsPlaceIsNeeded() {
    EventCursor<String, String> cursor = journal.cursor(1);
    feed.emitNumbers(2, 3, 4, 5);
    assertThat(look(cursor).isEmpty()).isTrue();

    feed.emitNumbers(6);

    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(1, 1));
    assertThat(numbers(look(cursor))).containsExactly(2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void aLateEmitterOverwritesNothingNewer() {
    Feed tiny = new Feed(1);
    tiny.emitNumbers(2, 1);

    assertThat(numbers(look(tiny.journal.cursor(2)))).containsExactly(2L);
  }

  @Test
  void onePutTwiceIsThereOnce() {
    feed.emitNumbers(1, 1, 2);

    assertThat(numbers(look(journal.cursor(0)))).containsExactly(1L, 2L);
  }

  @Test
  void historyGivesTheFirstOfItsKindAfterANumber() {
    journal.emit(event(1, "a", EventType.PUT));
    journal.emit(event(2, "b", EventType.PUT));
    journal.emit(event(3, "a", EventType.FETCHED));
    journal.emit(event(4, "a", EventType.PUT));

    assertThat(journal.firstAfter("a", EventType.PUT, 0)).isEqualTo(event(1, "a", EventType.PUT));
    assertThat(journal.firstAfter("a", EventType.PUT, 1)).isEqualTo(event(4, "a", EventType.PUT));
    assertThat(journal.firstAfter("a", EventType.PUT, 4)).isNull();
    assertThat(journal.firstAfter("a", EventType.FAILED, 0)).isNull();
    assertThat(journal.firstAfter("c", EventType.PUT, 0)).isNull();
    assertThat(journal.firstAfter("a", EventType.PUT, Long.MAX_VALUE)).isNull();
  }

  @Test
  void historyLooksPastAnEventThatIsLate() {
    journal.emit(event(1, "a", EventType.PUT));
    journal.emit(event(3, "b", EventType.PUT));

    assertThat(journal.firstAfter("b", EventType.PUT, 0)).isEqualTo(event(3, "b", EventType.PUT));
  }

  @Test
  void historyThatIsLostIsNotTakenForNone() {
    feed.emit(8);

    EventsLostException lost =
        catchThrowableOfType(
            EventsLostException.class, () -> journal.firstAfter("k", EventType.PUT, 1));

    assertThat(lost.from()).isEqualTo(2);
    assertThat(lost.to()).isEqualTo(3);
    assertThat(lost).hasMessageContaining("PUT of k after event 1").hasMessageContaining("is 4");
    assertThat(journal.firstAfter("k", EventType.PUT, 3)).isEqualTo(event(4));
  }

  @Test
  void twoJournalsAreDistinguished() {
    assertThat(journal.id()).isEqualTo(journal.id()).isNotEqualTo(new Feed(5).journal.id());
  }

  @Test
  void badArgumentsAreRefusedByName() {
    for (int size : new int[] {0, -1, (1 << 30) + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new EventJournal<>(size))
          .withMessageContaining("size")
          .withMessageContaining("" + size);
    }
    assertThatNullPointerException().isThrownBy(() -> new EventJournal<>(1, null));
    assertThatNullPointerException().isThrownBy(() -> journal.emit(null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> journal.emit(event(0)))
        .withMessageContaining("#0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> journal.cursor(-1))
        .withMessage("fromSequence must not be negative, but is -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> journal.cursor(""))
        .withMessageContaining("checkpointId");
    assertThatNullPointerException().isThrownBy(() -> journal.cursor(null));
    for (int capacity : new int[] {0, -1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.subscribe(capacity))
          .withMessage("capacity must be at least 1, but is " + capacity);
    }
    assertThatNullPointerException()
        .isThrownBy(() -> journal.firstAfter(null, EventType.PUT, 0))
        .withMessage("key");
    assertThatNullPointerException()
        .isThrownBy(() -> journal.firstAfter("k", null, 0))
        .withMessage("type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> journal.firstAfter("k", EventType.PUT, -1))
        .withMessageContaining("afterSequence");
  }

  @Test
  void aSourceWithoutNumbersHasThemGiven() {
    EventCursor<String, String> cursor = journal.cursor(1);

    CacheEvent<String, String> first = journal.append("a", EventType.PUT, 1_000, "v", null);
    IllegalStateException failure = new IllegalStateException("boom");
    CacheEvent<String, String> second = journal.append("b", EventType.FAILED, 2_000, null, failure);

    assertThat(look(cursor)).isEqualTo(new CanalBatch.Many<>(List.of(first, second)));
    assertThat(first)
        .isEqualTo(new CacheEvent<>(1, "a", EventType.PUT, 1_000, "v", null))
        .isNotEqualTo(second);
    assertThat(second).isEqualTo(new CacheEvent<>(2, "b", EventType.FAILED, 2_000, null, failure));
  }

  @Test
  void whatIsAppendedAfterTheEndIsDropped() {
    journal.append("a", EventType.PUT, 1_000, "v", null);
    journal.close();
    journal.append("b", EventType.PUT, 1_000, "v", null);

    assertThat(journal.isClosed()).isTrue();
    assertThat(journal.firstAfter("b", EventType.PUT, 0)).isNull();
  }

  @Test
  void whatIsLateIsNotSettled() {
    assertThat(journal.settledSequence()).isZero();
    feed.emitNumbers(1, 2, 4);
    assertThat(journal.settledSequence()).isEqualTo(2);
    assertThat(journal.lastSequence()).isEqualTo(4);

    feed.emitNumbers(3);
    assertThat(journal.settledSequence()).isEqualTo(4);
  }

  @Test
  void whatIsHeldNoMoreIsSettled() {
    feed.emitNumbers(2, 3, 4, 5, 6, 7);

    assertThat(journal.settledSequence()).isEqualTo(7);
  }
}
