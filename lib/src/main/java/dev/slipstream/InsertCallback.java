package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * Decides which value is stored and delivered when a fetch has succeeded.
 *
 * <p>It runs once for each loaded value, also for one that is not stored because the key was
 * written meanwhile; never for an absent value. It runs on the thread that completes the fetch,
 * with no lock held, before any caller sees the value.
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> versioned =
 *     CoalescingCache.builder()
 *         .onInsert(
 *             (Integer id, User fetched, User current) ->
 *                 fetched.equals(current) ? current : fetched) // the present one stays
 *         .build();
 * }</pre>
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface InsertCallback<K, V> {

  /**
   * Returns the canonical value.
   *
   * @param key the key
   * @param fetched the value that the loader returned
   * @param current what the cache holds for the key now, or null
   * @return the value to store and deliver; {@code current} itself stays, and a refresh gives it a
   *     new write time; null is an error
   * @throws Exception if the value cannot be inserted; the fetch then fails with {@link
   *     InsertFailedException}
   */
  V insert(K key, V fetched, @Nullable V current) throws Exception;

  /**
   * Returns the policy that the fetched value always wins. This is what a cache without a callback
   * does.
   *
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the policy
   */
  static <K, V> InsertCallback<K, V> replace() {
    return (key, fetched, current) -> fetched;
  }

  /**
   * Returns the policy that a value which is already cached wins.
   *
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the policy
   */
  static <K, V> InsertCallback<K, V> keepExisting() {
    return (key, fetched, current) -> current == null ? fetched : current;
  }
}
