package dev.slipstream.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a manager, guarded by its lock. */
final class CacheListeners {
  private static final Logger LOG = LoggerFactory.getLogger(SlipstreamCacheManager.class);

  private final List<SlipstreamCacheListener> listeners = new ArrayList<>();

  void add(SlipstreamCacheListener listener, Iterable<SlipstreamCache> present) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    present.forEach(cache -> notify(cache, () -> listener.onAdded(cache)));
  }

  void added(SlipstreamCache cache) {
    each(cache, listener -> listener.onAdded(cache));
  }

  void removed(SlipstreamCache cache) {
    each(cache, listener -> listener.onRemoved(cache));
  }

  private void each(SlipstreamCache cache, Consumer<SlipstreamCacheListener> notification) {
    listeners.forEach(listener -> notify(cache, () -> notification.accept(listener)));
  }

  private static void notify(SlipstreamCache cache, Runnable notification) {
    try {
      notification.run();
    } catch (RuntimeException e) {
      LOG.warn("cache {}: a listener of its manager failed", cache.getName(), e);
    }
  }
}
