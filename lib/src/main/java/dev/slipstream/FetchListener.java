package dev.slipstream;

/**
 * Is notified of the life of each fetch of a cache, as meters and traces need it. Set by {@link
 * CoalescingCacheBuilder#fetchListener}.
 *
 * <pre>{@code
 * class SlowFetches implements FetchListener<Object> {
 *   @Override
 *   public void onEnd(long fetchId, Object key, FetchEnd end) {
 *     if (end.duration().toSeconds() > 5) {
 *       log.info("fetch {} took {} for {} callers", fetchId, end.duration(), end.callers());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Its methods are called with no lock of the cache held, on the thread that does what they are
 * notified of, several threads at once; for one fetch {@link #onStart} returns before the others
 * are called, and {@link #onEnd} is called when they have returned. The fetch waits for them: they
 * must be quick. What they throw is logged, and changes nothing.
 *
 * <p>A hit, and a call that finds in its second look a value which has just been stored, are no
 * fetches: nobody is notified. In a bulk each key is a fetch of its own.
 *
 * @param <K> the type of keys
 */
public interface FetchListener<K> {

  /**
   * A fetch begins: its loader is about to start. On the thread of the caller that started it.
   *
   * @param fetchId its number: see {@link FetchContext#fetchId()}
   * @param key what is fetched
   */
  default void onStart(long fetchId, K key) {}

  /**
   * A caller has joined the fetch. On that caller's thread, but for one that joined before {@link
   * #onStart} had returned.
   *
   * @param fetchId the number of the fetch
   * @param key what is fetched
   */
  default void onJoin(long fetchId, K key) {}

  /**
   * A caller has left the fetch before its end. On the thread that ended the caller's handle, but
   * for one that left before {@link #onStart} had returned.
   *
   * @param fetchId the number of the fetch
   * @param key what is fetched
   */
  default void onLeave(long fetchId, K key) {}

  /**
   * The fetch has ended: its value is stored, and its callers get it next; where a leave, the
   * timeout, abort or close ended it, its callers have been notified before. Called once for each
   * {@link #onStart}. On the thread that ended the fetch, or on that of a caller whose join or
   * leave was being reported then.
   *
   * @param fetchId the number of the fetch
   * @param key what was fetched
   * @param end how it ended
   */
  default void onEnd(long fetchId, K key, FetchEnd end) {}
}
