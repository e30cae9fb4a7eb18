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
final class BulkContext<K, V> extends LoadContext<K, V> {
  /** So many keys are remembered as touched while the load runs; beyond, all count as touched. */
  private static final int TOUCHED_LIMIT = 10_000;

  /** The keys that are loaded: added before the loader starts. */
  private final Set<K> keys = new LinkedHashSet<>();

  /** The flights that have not ended, and one for the opener. */
  private final AtomicInteger running = new AtomicInteger(1);

  /** The keys that were written or fetched since this began. */
  private final Set<Object> touched = ConcurrentHashMap.newKeySet();

  private volatile boolean allTouched;

  BulkContext(Engine<K, V> engine) {
    super(engine);
  }

  void addKey(K key) {
    keys.add(key);
  }

  @Override
  Set<K> key() {
    return Collections.unmodifiableSet(keys);
  }

  @Override
  boolean loads(Engine<?, ?> engine, Object key) {
    return this.engine == engine && keys.contains(key);
  }

  void flightAdded() {
    running.incrementAndGet();
  }

  @Override
  void flightEnded(boolean byLeave) {
    if (running.decrementAndGet() > 0) {
      return;
    }
    stopTimer();
    if (cancel(byLeave)) {
      engine.bulks.remove(this);
    }
  }

  /** The opener has seated all keys and started the loader, if there is anything to load. */
  void opened() {
    flightEnded(true);
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
