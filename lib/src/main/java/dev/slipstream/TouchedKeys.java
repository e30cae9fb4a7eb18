package dev.slipstream;

import com.google.common.collect.MapMaker;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which keys were written or fetched while bulk loads run, so that a bulk does not store a value
 * that it was not asked for over a newer one.
 *
 * <p>Every touch has a number, and each running bulk remembers the last one before it began: a key
 * is touched for a bulk if its latest touch has a greater number. So a touch costs the same however
 * many bulks run, and nothing while none does. Bulks are referred to weakly: their loader may lose
 * its promise.
 */
final class TouchedKeys<K> {
  /** So many keys are remembered; beyond, all count as touched for the bulks that run. */
  private static final int LIMIT = 1 << 17;

  private final ConcurrentMap<Object, Boolean> running =
      new MapMaker().weakKeys().concurrencyLevel(1).makeMap();
  private final ConcurrentMap<K, Long> touches = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /** All keys were touched at this number. Only grows. */
  private final AtomicLong allTouched = new AtomicLong();

  /** Set with the first bulk: spares all other caches the look into the map. */
  private volatile boolean used;

  /** Returns the number that {@link #isTouched} takes for a bulk that begins now. */
  long begin(Object bulk) {
    used = true;
    running.put(bulk, true);
    return numbers.get();
  }

  void end(Object bulk) {
    running.remove(bulk);
    if (running.isEmpty()) {
      touches.clear();
      touchAll(); // for a bulk that began before the clear: it may have lost touches
    }
  }

  void touch(K key) {
    if (used && !running.isEmpty()) {
      long number = numbers.incrementAndGet();
      touches.merge(key, number, Math::max);
      if (running.isEmpty()) { // the last bulk has ended, and cleared them: this one is left
        touches.remove(key, number);
      } else if (touches.size() > LIMIT) { // size() costs as many reads as the map has counters
        touchAll();
      }
    }
  }

  void touchAll() {
    if (used && !running.isEmpty()) {
      long now = numbers.incrementAndGet();
      allTouched.accumulateAndGet(now, Math::max);
      touches.clear(); // after it: a reader looks for the key first
    }
  }

  /** Returns whether a key was touched since a bulk began. */
  boolean isTouched(K key, long begun) {
    Long touch = touches.get(key);
    return (touch != null && touch > begun) || allTouched.get() > begun;
  }

  boolean isEmpty() {
    return running.isEmpty() && touches.isEmpty();
  }
}
