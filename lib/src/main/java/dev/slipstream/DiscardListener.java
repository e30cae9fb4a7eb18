package dev.slipstream;

/**
 * Is notified of each loaded value that reached neither a caller nor the cache, so that what it
 * holds can be released. Set by {@link CoalescingCacheBuilder#discardListener}.
 *
 * <pre>{@code
 * CoalescingCache<Integer, Snapshot> snapshots =
 *     CoalescingCache.builder()
 *         .fetchTimeout(Duration.ofSeconds(5))
 *         .removalListener((Integer id, Snapshot snapshot, RemovalCause cause) -> snapshot.close())
 *         .discardListener((Integer id, Snapshot snapshot) -> snapshot.close())
 *         .build();
 * }</pre>
 *
 * <p>A value is lost so if its loader returns after the last caller has left, or after a timeout,
 * {@code abort} or {@code close} has ended the fetch; if it is not stored (the key was written
 * meanwhile, or the load has called {@link FetchContext#doNotStore}) and no caller is left; if the
 * identity check, the insert callback or the weigher refuses it, or the callback puts another in
 * its place; or if a bulk loader returned it for a key that nobody asked for, and it is not stored.
 *
 * <p>A value that was stored, be it for a moment, is the removal listener's. One that a handle, a
 * bulk call's map or a continuation received is that caller's, whatever the caller does with it.
 * Events and listeners receive nothing in this sense. Nor is the listener notified of the present
 * value that a {@code reload} returns unchanged, or of an instance that is cached under the key.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface DiscardListener<K, V> {

  /**
   * A loaded value was lost. Called once for each time that a loader has returned it, as a task on
   * the cache's continuation executor, with no lock held; several calls may run at once. What it
   * throws is logged.
   *
   * @param key the key that it was loaded for
   * @param value the value, never null
   */
  void onDiscard(K key, V value);
}
