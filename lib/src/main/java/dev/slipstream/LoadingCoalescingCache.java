package dev.slipstream;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CoalescingCache} that is built with its loader. Every method here is the one of the same
 * name that takes a loader, with the cache's own.
 *
 * <pre>{@code
 * LoadingCoalescingCache<Integer, User> users =
 *     CoalescingCache.builder().maximumSize(10_000).build(id -> queryUser(id));
 *
 * User user = users.get(42); // cached, or waits for queryUser(42)
 * }</pre>
 *
 * <p>Not for implementation by users: methods may be added.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface LoadingCoalescingCache<K, V> extends CoalescingCache<K, V> {

  /**
   * Returns a handle on the key's value: cached, from the fetch that is running, or from a new one.
   *
   * @param key the key
   * @return this caller's handle; cancelling it, or its {@code orTimeout}, is a leave
   */
  @CheckReturnValue
  FetchHandle<V> getOrFetch(K key);

  /**
   * Returns the key's value, waiting for it if need be.
   *
   * @param key the key
   * @return the value, or null if there is none
   * @throws FetchException if the fetch failed, or this thread was interrupted
   */
  @Nullable V get(K key);

  /**
   * Returns the key's value, waiting at most {@code timeout}.
   *
   * @param key the key
   * @param timeout how long this caller waits, on the wall clock. If it is zero or less, the value
   *     must be cached: nothing is started or joined
   * @return the value, or null if there is none
   * @throws FetchTimeoutException if the timeout elapsed; this caller has left the fetch
   * @throws FetchException if the fetch failed, or this thread was interrupted
   */
  @Nullable V get(K key, Duration timeout);

  /**
   * Returns a future of the values of several keys: by the bulk loader if the cache was built with
   * one, else key by key.
   *
   * @param keys the keys; duplicates count once
   * @return a future of an unmodifiable map of the keys that have a value, in the order asked
   */
  @CheckReturnValue
  CompletableFuture<Map<K, V>> getAllOrFetch(Collection<? extends K> keys);

  /**
   * Returns the values of several keys, waiting for them: {@link #getAllOrFetch(Collection)},
   * blocking.
   *
   * @param keys the keys; duplicates count once
   * @return an unmodifiable map of the keys that have a value, in the order asked
   * @throws FetchException if one of the fetches failed, or this thread was interrupted: it has
   *     then left all keys
   */
  Map<K, V> getAll(Collection<? extends K> keys);

  /**
   * Fetches the key anew, or joins the fetch that is running; a cached value is served meanwhile.
   *
   * @param key the key
   * @return this caller's handle on the new value
   */
  @CheckReturnValue
  FetchHandle<V> refresh(K key);

  /**
   * Starts fetching the key in the background unless it is cached or in flight. No caller's leave
   * cancels the fetch.
   *
   * @param key the key
   */
  void prefetch(K key);
}
