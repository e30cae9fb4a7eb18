package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An append that the end of the stack cut short between its number and its place left a number that
 * no event would ever have: cursors waited there until the journal had moved on by its size.
 */
@Timeout(60)
final class AppendOverflowRegressionTest {
  private static final int STACK_BYTES = 256 * 1024;

  private final EventJournal<String, String> journal = new EventJournal<>(1 << 20);
  private int cut;

  @Test
  void anAppendThatOverflowsTheStackAnywhereLeavesNoNumberWithoutAnEvent() throws Exception {
    for (int dives = 0; dives < 10; dives++) {
      Thread diver = new Thread(null, this::dive, "diver", STACK_BYTES);
      diver.start();
      diver.join();
    }
    assertThat(cut).as("appends that were cut short").isPositive();

    assertThat(journal.settledSequence()).isEqualTo(journal.lastSequence());
    EventCursor<String, String> cursor = journal.cursor(1);
    long pulled = 0;
    while (pulled < journal.lastSequence()) {
      List<CacheEvent<String, String>> events =
          cursor.pullBatch(1000, Duration.ofSeconds(10)).items();
      assertThat(events.get(0).sequence()).isEqualTo(pulled + 1);
      pulled += events.size();
    }
  }

  /** Appends at each depth, the deepest first. */
  private void dive() {
    try {
      dive();
    } catch (StackOverflowError deepest) {
      cut++;
    }
    journal.append("k", EventType.FETCHED, 0, "v", null);
  }
}
