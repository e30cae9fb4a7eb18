package dev.slipstream;

import dev.slipstream.internal.Texts;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies the discard listener of a cache, by a task each; what it throws is logged. */
final class Discards<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.LOGGER);

  private final String cache;
  private final DiscardListener<? super K, ? super V> listener;
  private final Executor callbacks;

  Discards(String cache, DiscardListener<? super K, ? super V> listener, Executor callbacks) {
    this.cache = cache;
    this.listener = listener;
    this.callbacks = callbacks;
  }

  void discard(K key, V value) {
    callbacks.execute(() -> notify(key, value));
  }

  private void notify(K key, V value) {
    try {
      listener.onDiscard(key, value);
    } catch (Throwable e) {
      Texts.warn(LOG, "cache {}: the discard listener failed for key {}", e, cache, key);
    }
  }
}
