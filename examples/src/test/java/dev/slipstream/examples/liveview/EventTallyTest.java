package dev.slipstream.examples.liveview;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.canal.CanalBatch;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTallyTest {
  private final EventTally tally = new EventTally(9);

  @Test
  void eventsAreCountedByTypeAndByKey() {
    tally.handle(new CanalBatch.One<>(event(1, 9, EventType.PUT)));
    tally.handle(
        CanalBatch.of(List.of(event(2, 1, EventType.PUT), event(3, 9, EventType.EVICTED))));
    EventTally.Counts counts = tally.counts();
    assertEquals(3, counts.counted());
    assertEquals(2, counts.byType()[EventType.PUT.ordinal()]);
    assertEquals(2, counts.byKey()[9]);
    assertEquals(0, counts.lost());
  }

  @Test
  void aGapCountsForAllThatIsMissing() {
    tally.handle(new CanalBatch.Gap<>(1, 10));
    tally.handle(new CanalBatch.One<>(event(11, 2, EventType.PUT)));
    tally.handle(new CanalBatch.Gap<>(12, 12));
    EventTally.Counts counts = tally.counts();
    assertEquals(2, counts.gaps());
    assertEquals(11, counts.lost());
    assertEquals(12, counts.through());
  }

  @Test
  void aGapOfAnEarlierJournalHasNoKnownLength() {
    tally.handle(new CanalBatch.Gap<>(100, 0));
    assertEquals(1, tally.counts().gaps());
    assertEquals(0, tally.counts().lost());
  }

  private static CacheEvent<Integer, String> event(long sequence, int key, EventType type) {
    return new CacheEvent<>(sequence, key, type, 0, null, null);
  }
}
