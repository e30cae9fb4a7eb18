package dev.slipstream;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The changes of L1 that listeners are still to be notified of: the first 1,024 one by one, in
 * order; what comes while those wait is coalesced by key, so that there is at most one more for
 * each key, whose value then differs from the last that listeners know. So a listener that blocks
 * holds no more than the cache itself does, and those 1,024.
 */
final class PendingChanges<K, V> {
  private static final int CAPACITY = 1_024;

  /** The changes in order. Guarded by this, as all that follows. */
  private final Queue<Change<K, V>> inOrder = new ArrayDeque<>();

  /** Those that came when inOrder was full. They follow it. */
  private final Map<K, Change<K, V>> byKey = new LinkedHashMap<>();

  /** How many were merged into an earlier one, or could not be kept. */
  private long coalesced;

  /** Read without the lock: whether there may be any. */
  private volatile boolean some;

  synchronized void add(K key, @Nullable V before, @Nullable V after) {
    some = true;
    if (byKey.isEmpty() && inOrder.size() < CAPACITY) {
      inOrder.add(new Change<>(key, before, after));
      return;
    }
    try {
      byKey.merge(
          key,
          new Change<>(key, before, after),
          (earlier, later) -> {
            coalesced++;
            return earlier.before == later.after
                ? null
                : new Change<>(key, earlier.before, later.after);
          });
    } catch (RuntimeException e) { // the key has lost its hash code
      coalesced++;
    }
  }

  /** Returns the next change, which is then no longer here; null if there is none. */
  synchronized @Nullable Change<K, V> poll() {
    Change<K, V> next = inOrder.poll();
    if (next == null && !byKey.isEmpty()) {
      Iterator<Change<K, V>> first = byKey.values().iterator();
      next = first.next();
      first.remove();
    }
    if (next == null) {
      some = false;
    }
    return next;
  }

  boolean isEmpty() {
    return !some;
  }

  synchronized long coalesced() {
    return coalesced;
  }

  record Change<K, V>(K key, @Nullable V before, @Nullable V after) {}
}
