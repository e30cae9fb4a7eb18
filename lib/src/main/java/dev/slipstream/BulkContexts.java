package dev.slipstream;

import com.google.common.collect.MapMaker;
import java.util.concurrent.ConcurrentMap;

/**
 * The bulk loads that are running, weakly (their loader may lose its promise): each is told which
 * keys are written or fetched meanwhile, so that it does not store further values over newer ones.
 */
final class BulkContexts<K> {
  private final ConcurrentMap<BulkContext<?, ?>, Boolean> running =
      new MapMaker().weakKeys().concurrencyLevel(1).makeMap();

  /** Set with the first bulk load: spares all other caches the look into the map. */
  private volatile boolean used;

  void add(BulkContext<?, ?> load) {
    used = true;
    running.put(load, true);
  }

  void remove(BulkContext<?, ?> load) {
    running.remove(load);
  }

  void touch(K key) {
    if (used && !running.isEmpty()) {
      running.keySet().forEach(load -> load.touch(key));
    }
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  void touchAll() {
    running.keySet().forEach(BulkContext::touchAll);
  }
}
