package dev.slipstream;

import com.google.common.collect.MapMaker;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bulk loads that are running, weakly (their loader may lose its promise): each is told which
 * keys are written or fetched meanwhile, so that it does not store further values over newer ones.
 */
final class BulkContexts<K> {
  private final ConcurrentMap<BulkContext<?, ?>, Boolean> running =
      new MapMaker().weakKeys().makeMap();

  /** Spares callers that fetch one key the look into the map. */
  private final AtomicInteger count = new AtomicInteger();

  void add(BulkContext<?, ?> load) {
    running.put(load, true);
    count.incrementAndGet();
  }

  void remove(BulkContext<?, ?> load) {
    if (running.remove(load) != null) {
      count.decrementAndGet();
    }
  }

  void touch(K key) {
    if (count.get() > 0) {
      running.keySet().forEach(load -> load.touch(key));
    }
  }

  boolean isEmpty() {
    return count.get() == 0;
  }

  void touchAll() {
    running.keySet().forEach(BulkContext::touchAll);
  }
}
