package dev.slipstream.watch;

import org.jspecify.annotations.Nullable;

/**
 * Is notified of each change of what is stored under a key, after the change.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface StateListener<K, V> {
  /**
   * Takes a change.
   *
   * @param key the key
   * @param before the value that was stored; null if there was none
   * @param after the value that is stored now; null if there is none
   * @throws Exception if it fails; this is logged and has no other effect
   */
  void onStateChanged(K key, @Nullable V before, @Nullable V after) throws Exception;
}
