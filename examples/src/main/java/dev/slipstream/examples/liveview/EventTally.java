package dev.slipstream.examples.liveview;

import dev.slipstream.canal.BatchHandler;
import dev.slipstream.canal.CanalBatch;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;

/** Counts the events by type and by key, and those that were lost in gaps. */
final class EventTally implements BatchHandler<CacheEvent<Integer, String>> {
  private final long[] byType =
      new long[EventType.values().length]; // all fields are guarded by this
  private final long[] byKey;
  private long counted;
  private long gaps;
  private long lost;

  /**
   * Creates a tally.
   *
   * @param keys the largest key; the smallest is 1
   */
  EventTally(int keys) {
    byKey = new long[keys + 1];
  }

  /**
   * The counts so far.
   *
   * @param counted events that were delivered
   * @param gaps how often events were lost
   * @param lost how many events were lost
   * @param byType delivered events, by the ordinal of their type
   * @param byKey delivered events, by key
   */
  record Counts(long counted, long gaps, long lost, long[] byType, long[] byKey) {
    /** Returns the sequence number of the last event that was delivered or lost. */
    long through() {
      return counted + lost;
    }
  }

  @Override
  public synchronized void handle(CanalBatch<CacheEvent<Integer, String>> batch) {
    if (batch instanceof CanalBatch.Gap<?> gap) { // the journal no longer holds these
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

  synchronized Counts counts() {
    return new Counts(counted, gaps, lost, byType.clone(), byKey.clone());
  }
}
