package dev.slipstream.examples;

import dev.slipstream.canal.BatchHandler;
import dev.slipstream.canal.CanalBatch;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;

/** Counts every event, by type and by key, and those that it was told it has missed. */
final class EventTally implements BatchHandler<CacheEvent<Integer, String>> {
  private final long[] byType = new long[EventType.values().length]; // all are guarded by this
  private final long[] byKey;
  private long counted;
  private long gaps;
  private long lost;

  /**
   * Makes a tally.
   *
   * @param keys the keys are from 1 to this number
   */
  EventTally(int keys) {
    byKey = new long[keys + 1];
  }

  /**
   * What was counted so far.
   *
   * @param counted events that came
   * @param gaps how often some did not
   * @param lost how many those were
   * @param byType events that came, by the ordinal of their type
   * @param byKey events that came, by key
   */
  record Counts(long counted, long gaps, long lost, long[] byType, long[] byKey) {
    /** Returns the number of the last event that is accounted for. */
    long through() {
      return counted + lost;
    }
  }

  // README: begin
  @Override
  public synchronized void handle(CanalBatch<CacheEvent<Integer, String>> batch) {
    if (batch instanceof CanalBatch.Gap<?> gap) { // the journal was too short for us
      gaps++;
      lost += gap.isOfEarlierJournal() ? 0 : gap.to() - gap.from() + 1;
      return;
    }
    for (CacheEvent<Integer, String> event : batch.items()) {
      counted++;
      byType[event.type().ordinal()]++;
      byKey[event.key()]++;
    }
  }

  // README: end

  synchronized Counts counts() {
    return new Counts(counted, gaps, lost, byType.clone(), byKey.clone());
  }
}
