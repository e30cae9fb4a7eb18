package dev.slipstream;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One run of a bulk loader. It is cancelled when the last of its flights has ended early, and not
 * before its opener has let go: keys are still being seated then.
 */
final class BulkContext extends LoadContext {
  /** So many keys are remembered as touched while the load runs; beyond, all count as touched. */
  private static final int TOUCHED_LIMIT = 10_000;

  /** The keys that are loaded: added before the loader starts. */
  private final Set<Object> keys;

  /** The flights that have not ended, and one for the opener. */
  private final AtomicInteger running;

  /** The keys that were written or fetched since this began. */
  private final Set<Object> touched = ConcurrentHashMap.newKeySet();

  private volatile boolean allTouched;

  private BulkContext(Engine<?, ?> engine, Set<Object> keys, int seats) {
    super(engine, Collections.unmodifiableSet(keys));
    this.keys = keys;
    this.running = new AtomicInteger(seats + 1);
  }

  /** Returns a context that holds as many seats as there may be flights, for itself. */
  static BulkContext withSeats(Engine<?, ?> engine, int seats) {
    return new BulkContext(engine, new LinkedHashSet<>(), seats);
  }

  void addKey(Object key) {
    keys.add(key);
  }

  @Override
  boolean loads(Engine<?, ?> engine, Object key) {
    return this.engine == engine && keys.contains(key);
  }

  @Override
  void flightEnded() {
    release(1);
  }

  /** Gives back seats: those for which there was no flight, and the opener's own. */
  void release(int seats) {
    if (running.addAndGet(-seats) == 0) {
      super.flightEnded();
    }
  }

  void touch(Object key) {
    if (!allTouched && touched.add(key) && touched.size() > TOUCHED_LIMIT) {
      touchAll();
    }
  }

  void touchAll() {
    allTouched = true;
    touched.clear();
  }

  boolean isTouched(Object key) {
    return allTouched || touched.contains(key) || allTouched; // again: touchAll clears after it
  }
}
