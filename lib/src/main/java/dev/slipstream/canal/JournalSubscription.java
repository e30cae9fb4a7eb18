package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import dev.slipstream.watch.CacheEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A reader of the latest events, which counts what it could not read. */
final class JournalSubscription<K, V> extends JournalCanal<K, V>
    implements EventSubscription<K, V> {
  /** Those it has passed over. Guarded by the lock. */
  private long dropped;

  JournalSubscription(EventJournal<K, V> journal, int capacity) {
    super(journal, Math.min(capacity, journal.size()), journal.lastSequence() + 1);
  }

  @Override
  @Nullable CanalBatch<CacheEvent<K, V>> miss(long from, long to) {
    dropped += to - from + 1;
    return null;
  }

  @Override
  void closing() {
    dropped += overdue();
  }

  @Override
  public long dropped() {
    synchronized (lock) {
      return dropped + overdue();
    }
  }

  @Override
  public CanalBatch<CacheEvent<K, V>> pullNow(int max) {
    Arguments.requirePositive("max", max);
    return take(max);
  }

  @Override
  public boolean onAvailable(Runnable action) {
    return onNext(Objects.requireNonNull(action, "action"));
  }
}
