package dev.slipstream;

import dev.slipstream.internal.Texts;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a cache, in the order in which they were set; what they throw is logged. */
final class FetchListeners<K> implements FetchListener<K> {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.LOGGER);

  private final String cache;
  private final List<FetchListener<? super K>> listeners;

  FetchListeners(String cache, List<FetchListener<? super K>> listeners) {
    this.cache = cache;
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void onStart(long fetchId, K key) {
    each(key, listener -> listener.onStart(fetchId, key));
  }

  @Override
  public void onJoin(long fetchId, K key) {
    each(key, listener -> listener.onJoin(fetchId, key));
  }

  @Override
  public void onLeave(long fetchId, K key) {
    each(key, listener -> listener.onLeave(fetchId, key));
  }

  @Override
  public void onEnd(long fetchId, K key, FetchEnd end) {
    each(key, listener -> listener.onEnd(fetchId, key, end));
  }

  private void each(K key, Consumer<FetchListener<? super K>> notification) {
    for (FetchListener<? super K> listener : listeners) {
      try {
        notification.accept(listener);
      } catch (Throwable e) { // whose fetch it is has no part in it
        Texts.warn(LOG, "cache {}: a fetch listener failed for key {}", e, cache, key);
      }
    }
  }
}
