package dev.slipstream.watch;

/**
 * Where the state of a key can be read: a cache, or whatever else has keys that come to an outcome.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface KeySource<K, V> {
  /**
   * Returns the state of the key. It starts nothing, does not count as a read of the value, and
   * does not block: an awaiter calls it on the thread that awaits, on one that polls, and at each
   * tick of the key on the thread that ticks, also on several at once.
   *
   * @param key the key
   * @return its state
   */
  KeyState<V> state(K key);
}
