package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.look;
import static dev.slipstream.canal.Feed.numbers;
import static dev.slipstream.canal.Feed.pull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A cursor: every event, in order, at least once; what is lost is a gap. */
class EventCursorTest {
  private static final String ID = "billing";

  private final CheckpointStore checkpoints = CheckpointStore.inMemory();
  private final Feed feed = new Feed(new EventJournal<>(5, checkpoints));
  private final EventJournal<String, String> journal = feed.journal;

  @Test
  void zeroAndOneBothMeanTheFirst() {
    feed.emit(2);

    assertThat(journal.cursor(0).position()).isEqualTo(1);
    assertThat(numbers(look(journal.cursor(0)))).containsExactly(1L, 2L);
    assertThat(numbers(look(journal.cursor(1)))).containsExactly(1L, 2L);
    assertThat(look(journal.cursor(2))).isEqualTo(new CanalBatch.One<>(Feed.event(2)));
  }

  @Test
  void aPullTakesWhatIsThereInOrderUpToItsLimit() {
    EventCursor<String, String> cursor = journal.cursor(1);
    feed.emit(4);

    assertThat(numbers(pull(cursor, 3))).containsExactly(1L, 2L, 3L);
    assertThat(cursor.position()).isEqualTo(4);
    assertThat(pull(cursor, 3)).as("one comes without a list").isInstanceOf(CanalBatch.One.class);
    assertThat(look(cursor)).isEqualTo(new CanalBatch.Empty<>());
    feed.emit(2);
    assertThat(pull(cursor, 1)).isEqualTo(new CanalBatch.One<>(Feed.event(5)));
    assertThat(numbers(pull(cursor, 2))).containsExactly(6L);
  }

  @Test
  void oneBeyondTheLastWaitsForItsEvent() {
    feed.emit(2);
    EventCursor<String, String> cursor = journal.cursor(5);

    feed.emit(2);
    assertThat(look(cursor).isEmpty()).isTrue();
    feed.emit(1);

    assertThat(numbers(look(cursor))).containsExactly(5L);
  }

  @Test
  void aGapComesAloneAndBeforeWhatFollows() {
    EventCursor<String, String> cursor = journal.cursor(1);
    feed.emit(2);
    assertThat(numbers(look(cursor))).containsExactly(1L, 2L);
    feed.emit(7);

    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(3, 4));
    assertThat(cursor.position()).isEqualTo(5);
    assertThat(numbers(look(cursor))).containsExactly(5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void twoCursorsAreIndependent() {
    EventCursor<String, String> one = journal.cursor(1);
    EventCursor<String, String> other = journal.cursor(1);
    feed.emit(3);

    assertThat(numbers(look(one))).containsExactly(1L, 2L, 3L);
    assertThat(numbers(look(other))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aCursorOfAnIdGoesOnAfterTheLastCommit() {
    feed.emit(4);
    try (EventCursor<String, String> cursor = journal.cursor(ID)) {
      assertThat(numbers(pull(cursor, 2))).containsExactly(1L, 2L);
      cursor.commit();
      assertThat(numbers(pull(cursor, 1))).containsExactly(3L);
    }

    assertThat(numbers(look(journal.cursor(ID)))).as("3 again").containsExactly(3L, 4L);
    assertThat(numbers(look(journal.cursor("other")))).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aCommitMayFollowTheClose() {
    feed.emit(2);
    EventCursor<String, String> cursor = journal.cursor(ID);
    pull(cursor, 1);
    cursor.close();

    cursor.commit();

    assertThat(journal.cursor(ID).position()).isEqualTo(2);
  }

  @Test
  void whatTheJournalLostSinceTheCheckpointIsAGap() {
    feed.emit(2);
    EventCursor<String, String> cursor = journal.cursor(ID);
    look(cursor);
    cursor.commit();
    feed.emit(6);

    EventCursor<String, String> later = journal.cursor(ID);

    assertThat(look(later)).isEqualTo(new CanalBatch.Gap<>(3, 3));
    assertThat(numbers(look(later))).containsExactly(4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void aGapThatWasCommittedDoesNotComeAgain() {
    feed.emit(6);
    EventCursor<String, String> cursor = journal.cursor(ID);
    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(1, 1));
    assertThat(look(journal.cursor(ID))).isEqualTo(new CanalBatch.Gap<>(1, 1));

    cursor.commit();

    assertThat(journal.cursor(ID).position()).isEqualTo(2);
    assertThat(numbers(look(journal.cursor(ID)))).hasSize(5);
  }

  @Test
  void rewindGoesBackToTheLastCommit() {
    feed.emit(4);
    EventCursor<String, String> cursor = journal.cursor(2);
    pull(cursor, 1);
    cursor.rewind();
    assertThat(cursor.position()).as("the start").isEqualTo(2);
    pull(cursor, 1);
    cursor.commit();
    look(cursor);

    cursor.rewind();

    assertThat(numbers(look(cursor))).containsExactly(3L, 4L);
  }

  @Test
  void rewindWakesAPullThatWaits() {
    feed.emit(1);
    EventCursor<String, String> cursor = journal.cursor(1);
    look(cursor);
    var puller = Caller.start(() -> pull(cursor, 1));
    Eventually.until("it waits to be woken", () -> !journal.bell().isIdle());
    puller.awaitWaiting();

    cursor.rewind();

    assertThat(puller.value()).isEqualTo(new CanalBatch.One<>(Feed.event(1)));
  }

  @Test
  void aCheckpointOfAnEarlierJournalIsNotTakenForOneOfThis() throws IOException {
    checkpoints.save(ID, new Checkpoint(UUID.randomUUID(), 2));
    feed.emit(3);

    EventCursor<String, String> cursor = journal.cursor(ID);
    CanalBatch.Gap<?> gap = (CanalBatch.Gap<?>) pull(cursor, 1);
    assertThat(gap.isOfEarlierJournal()).isTrue();
    assertThat(gap.from()).isEqualTo(3);
    assertThat(numbers(look(cursor))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void thatTheJournalIsAnotherIsReportedUntilItIsCommitted() throws IOException {
    Checkpoint earlier = new Checkpoint(UUID.randomUUID(), 2);
    checkpoints.save(ID, earlier);
    EventCursor<String, String> cursor = journal.cursor(ID);

    cursor.commit(); // nothing was pulled
    assertThat(checkpoints.load(ID)).isEqualTo(earlier);

    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(3, 0));
    cursor.rewind();
    assertThat(look(cursor)).as("once more").isEqualTo(new CanalBatch.Gap<>(3, 0));
    cursor.commit();
    assertThat(checkpoints.load(ID)).isEqualTo(new Checkpoint(journal.id(), 0));
    cursor.rewind();
    assertThat(look(cursor).isEmpty()).isTrue();
  }

  @Test
  void bothTheOtherJournalAndWhatThisOneLostAreReported() throws IOException {
    checkpoints.save(ID, new Checkpoint(UUID.randomUUID(), 2));
    feed.emit(7);

    EventCursor<String, String> cursor = journal.cursor(ID);

    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(3, 0));
    assertThat(look(cursor)).isEqualTo(new CanalBatch.Gap<>(1, 2));
    assertThat(numbers(look(cursor))).hasSize(5);
  }

  @Test
  void aCheckpointAheadOfTheJournalIsRefused() throws IOException {
    checkpoints.save(ID, new Checkpoint(journal.id(), 3));
    feed.emit(2);

    assertThatIllegalStateException()
        .isThrownBy(() -> journal.cursor(ID))
        .withMessageContaining(ID)
        .withMessageContaining("event 3")
        .withMessageContaining("event is 2");
  }

  @Test
  void aCursorWithoutAnIdSavesNothing() {
    EventCursor<String, String> cursor = journal.cursor(1);
    assertThat(cursor.checkpointId()).isEmpty();
    assertThat(journal.cursor(ID).checkpointId()).contains(ID);
    feed.emit(1);
    look(cursor);

    cursor.commit();
    cursor.rewind();

    assertThat(cursor.position()).isEqualTo(2);
  }

  @Test
  void aStoreThatFailsIsReportedAndTheCommitDidNotHappen() {
    Feed failing = new Feed(new EventJournal<>(5, new FullDisk()));
    failing.emit(2);
    EventCursor<String, String> cursor = failing.journal.cursor(ID);
    pull(cursor, 1);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(cursor::commit)
        .withMessageContaining(ID)
        .withMessageContaining("disk full");
    cursor.rewind();

    assertThat(cursor.position()).isEqualTo(1);
  }

  @Test
  void aCheckpointThatCannotBeReadIsNotTakenForNone() {
    FullDisk store = new FullDisk();
    store.unreadable = true;
    EventJournal<String, String> other = new EventJournal<>(5, store);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> other.cursor(ID))
        .withMessageContaining(ID)
        .withMessageContaining("unreadable");
  }

  private static final class FullDisk implements CheckpointStore {
    boolean unreadable;

    @Override
    public Checkpoint load(String id) throws IOException {
      if (unreadable) {
        throw new IOException("unreadable");
      }
      return null;
    }

    @Override
    public void save(String id, Checkpoint checkpoint) throws IOException {
      throw new IOException("disk full");
    }
  }
}
