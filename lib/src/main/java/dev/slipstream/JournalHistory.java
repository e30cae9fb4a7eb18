package dev.slipstream;

import dev.slipstream.canal.EventJournal;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventHistory;
import dev.slipstream.watch.EventType;
import org.jspecify.annotations.Nullable;

/** A cache's journal for awaiters of events: none will come after the cache has closed. */
record JournalHistory<K, V>(CacheConfig<K, V> config, EventJournal<K, V> journal)
    implements EventHistory<K, V> {
  @Override
  public long settledSequence() {
    return journal.settledSequence();
  }

  @Override
  public @Nullable CacheEvent<K, V> firstAfter(K key, EventType type, long afterSequence) {
    boolean ended = journal.isClosed(); // before the look: what comes until then counts
    CacheEvent<K, V> event = journal.firstAfter(key, type, afterSequence);
    if (event == null && ended) {
      throw Failures.closed(key, config);
    }
    return event;
  }
}
