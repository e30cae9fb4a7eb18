package dev.slipstream;

import dev.slipstream.canal.Events;
import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import dev.slipstream.view.Viewable;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeySource;
import dev.slipstream.watch.KeyState;
import dev.slipstream.watch.StateListener;
import dev.slipstream.watch.StateListenerHandle;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache in which concurrent callers for one key share one fetch.
 *
 * <p>A caller that finds its key neither cached nor in flight starts a fetch; callers that come
 * while it runs join it. Each caller gets a private {@link FetchHandle}, or blocks on one; a caller
 * may leave whenever it likes, and when the last one leaves, the fetch itself is cancelled. The
 * result is stored before any caller sees it. Blocking, async, bulk, refresh and prefetch calls for
 * a key all share one fetch.
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder().maximumSize(10_000).fetchTimeout(Duration.ofSeconds(5)).build();
 *
 * User user = users.get(42, this::queryUser); // waits
 *
 * users
 *     .getOrFetch(42, this::queryUser) // cached, or joins the running query, or starts one
 *     .orTimeout(200, TimeUnit.MILLISECONDS) // this caller leaves; others still get it
 *     .thenAccept(this::show);
 * }</pre>
 *
 * <p><b>Loaders.</b> A {@link Loader} runs on the cache's executor. An {@link AsyncLoader} is
 * called on the thread of the caller that asked first. What a loader does wrong ends its fetch and
 * reaches every caller of it; {@code getOrFetch} itself throws only for null arguments. Failures
 * are not cached. A null value means that there is none; it is not cached unless {@link
 * CoalescingCacheBuilder#absentTtl} is set.
 *
 * <p><b>Failures.</b> A handle completes with the loader's exception itself; a blocking {@code get}
 * throws a {@link FetchException} of the caller's own, with it as cause. Failures that the cache
 * itself finds ({@link FetchTimeoutException}, {@link FetchRejectedException}, {@link
 * IdentityMismatchException}, {@link InsertFailedException}, {@link RecursiveFetchException},
 * {@link CacheClosedException}, {@link LoaderPanicException}) come as such from both.
 *
 * <p><b>Writes win.</b> A {@code put} or {@code invalidate} fences the key's fetch: its callers
 * still get its result, but it is not stored and no later caller joins it. A call that starts after
 * {@code invalidate} has returned never sees the older value.
 *
 * <p><b>After close</b>, reading methods answer, methods that return a handle or a future return a
 * failed one, and all others throw {@link CacheClosedException}.
 *
 * <p>A null key, loader, name or value is a {@link NullPointerException} that names the argument,
 * before anything has started. All methods may be called from any thread, and only {@code get} and
 * {@code getAll} wait for a fetch. A write to a key whose fetched value is just being stored waits
 * until it is.
 *
 * <p>The <a href="{@docRoot}/doc-files/cache.md">user guide</a> has the life of a fetch, what a
 * caller gets in each case, and every setting.
 *
 * <p>Not for implementation by users: methods may be added.
 *
 * <p><b>Memory consistency effects:</b> what a thread did before it put a value, or before its
 * loader completed with it, <i>happens-before</i> what any thread does after it got that value from
 * this cache, by a handle, a continuation, a read, or the map view.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface CoalescingCache<K, V> extends KeySource<K, V>, Viewable<K, V>, AutoCloseable {

  /**
   * Returns a builder with default settings: no bound, no expiry, no timeout.
   *
   * @return a builder
   */
  static CoalescingCacheBuilder<Object, Object> builder() {
    return new CoalescingCacheBuilder<>();
  }

  /**
   * Returns a handle on the key's value: cached, from the fetch that is running, or from a fetch by
   * this loader, which then runs on the cache's executor.
   *
   * @param key the key
   * @param loader computes the value if it is neither cached nor in flight
   * @return this caller's handle; cancelling it, or its {@code orTimeout}, is a leave
   */
  @CheckReturnValue
  FetchHandle<V> getOrFetch(K key, Loader<? super K, ? extends V> loader);

  /**
   * Returns a handle on the key's value: cached, from the fetch that is running, or from a fetch by
   * this loader, which is then called on this thread and completes wherever its stage completes.
   *
   * @param key the key
   * @param loader starts the work if the key is neither cached nor in flight
   * @return this caller's handle; cancelling it, or its {@code orTimeout}, is a leave
   */
  @CheckReturnValue
  FetchHandle<V> getOrFetch(K key, AsyncLoader<? super K, ? extends V> loader);

  /**
   * Returns the key's value, waiting for it if need be. The loader runs on the cache's executor.
   *
   * @param key the key
   * @param loader computes the value if it is neither cached nor in flight
   * @return the value, or null if there is none
   * @throws FetchException if the fetch failed, with the loader's exception as its cause; or if
   *     this thread was interrupted: the cause is then an {@link InterruptedException}, the
   *     thread's interrupt flag is set and it has left the fetch
   */
  @Nullable V get(K key, Loader<? super K, ? extends V> loader);

  /**
   * Returns the key's value, waiting at most {@code timeout}.
   *
   * @param key the key
   * @param loader computes the value if it is neither cached nor in flight
   * @param timeout how long this caller waits, on the wall clock. If it is zero or less, the value
   *     must be cached: nothing is started or joined
   * @return the value, or null if there is none
   * @throws FetchTimeoutException if the timeout elapsed; this caller has left the fetch
   * @throws FetchException if the fetch failed, or this thread was interrupted
   */
  @Nullable V get(K key, Loader<? super K, ? extends V> loader, Duration timeout);

  /**
   * Returns a future of the values of several keys. Keys that are cached or in flight are taken
   * from there; the loader is asked once, on this thread, for the rest, and others may join each of
   * them.
   *
   * <p>The future is private: whatever ends it, the first failure included, leaves every key. A key
   * without callers is abandoned at once; the loader runs on for the others and is cancelled with
   * the last of them. Further values that the loader returns are stored if their keys are absent
   * and were neither written, invalidated nor fetched since it began.
   *
   * @param keys the keys; duplicates count once
   * @param loader starts the work for the keys that are neither cached nor in flight
   * @return a future of an unmodifiable map of the keys that have a value, in the order asked. It
   *     fails with the first failure of a key, as a handle does
   */
  @CheckReturnValue
  CompletableFuture<Map<K, V>> getAllOrFetch(Collection<? extends K> keys, BulkLoader<K, V> loader);

  /**
   * Returns the values of several keys, waiting for them: {@link #getAllOrFetch}, blocking.
   *
   * @param keys the keys; duplicates count once
   * @param loader starts the work for the keys that are neither cached nor in flight
   * @return an unmodifiable map of the keys that have a value, in the order asked
   * @throws FetchException if one of the fetches failed, or this thread was interrupted
   */
  Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader);

  /**
   * Fetches the key anew, or joins the fetch that is running; a cached value is served meanwhile.
   * If the fetch fails the old value stays; if it finds that there is none, the entry is removed.
   *
   * @param key the key
   * @param loader computes the value, on the cache's executor
   * @return this caller's handle on the new value
   */
  @CheckReturnValue
  FetchHandle<V> refresh(K key, Loader<? super K, ? extends V> loader);

  /**
   * Fetches the key anew, or joins the fetch that is running; a cached value is served meanwhile.
   * If the fetch fails the old value stays; if it finds that there is none, the entry is removed.
   *
   * @param key the key
   * @param loader starts the work, on this thread
   * @return this caller's handle on the new value
   */
  @CheckReturnValue
  FetchHandle<V> refresh(K key, AsyncLoader<? super K, ? extends V> loader);

  /**
   * Starts fetching the key in the background unless it is cached. If it is in flight, that fetch
   * is made independent of its callers. No leave cancels it. A failure that no caller receives is
   * logged.
   *
   * @param key the key
   * @param loader computes the value, on the cache's executor
   */
  void prefetch(K key, Loader<? super K, ? extends V> loader);

  /**
   * Starts fetching the key in the background unless it is cached, as {@link #prefetch(Object,
   * Loader)} does.
   *
   * @param key the key
   * @param loader starts the work, on this thread
   */
  void prefetch(K key, AsyncLoader<? super K, ? extends V> loader);

  /**
   * Returns the cached value. Starts nothing and joins nothing.
   *
   * @param key the key
   * @return the value, or null if none is cached
   */
  @Nullable V getIfPresent(K key);

  /**
   * Returns the cached values of several keys. Starts nothing and joins nothing.
   *
   * @param keys the keys
   * @return an unmodifiable map of the keys that are cached, in the order asked
   */
  Map<K, V> getAllPresent(Collection<? extends K> keys);

  /**
   * Joins the key's fetch if one is running. Starts nothing. A fetch that began before the last
   * {@link #invalidateTag} is not joined, since it may turn out to have the tag.
   *
   * @param key the key
   * @return this caller's handle, or null if there is none that it can join
   */
  @Nullable FetchHandle<V> joinIfInFlight(K key);

  /**
   * Stores a value and fences the key's fetch.
   *
   * @param key the key
   * @param value the value
   */
  void put(K key, V value);

  /**
   * Stores a value with tags, which {@link #invalidateTag} finds it by, and fences the key's fetch.
   * A value that is put without tags, or written through {@link #asMap()}, has none, whatever the
   * one before had.
   *
   * @param key the key
   * @param value the value
   * @param tags the names of its tags; may be empty
   */
  void put(K key, V value, Set<String> tags);

  /**
   * Stores values, one {@link #put} after another. All are checked for null first.
   *
   * @param values the values by key
   */
  void putAll(Map<? extends K, ? extends V> values);

  /**
   * Removes the key's value and fences its fetch. No call that starts afterwards sees the older
   * value. Call it after the change is committed: a load that starts in between reads the old value
   * again.
   *
   * @param key the key
   */
  void invalidate(K key);

  /** Removes every value and fences every fetch. */
  void invalidateAll();

  /**
   * Removes the values of several keys and fences their fetches. All are checked for null first.
   *
   * @param keys the keys
   */
  void invalidateAll(Collection<? extends K> keys);

  /**
   * Removes every value that has the tag, and fences the fetches of their keys. What a fetch that
   * began before this call gives the tag, with {@link FetchContext#tag} and be it later, is not
   * stored; a caller that came after this call, and joined that fetch, joins or starts another.
   * Such a caller's continuations get the end of the fetch that it joined first. It costs as much
   * as there are values with the tag. Call it after the change is committed.
   *
   * <pre>{@code
   * cache.put(42, page, Set.of("page", "author-7"));
   * cache.invalidateTag("author-7");
   * }</pre>
   *
   * @param tag the name of the tag; one that nothing has is no error
   */
  void invalidateTag(String tag);

  /**
   * Returns the tags of the key's value: those of its last write. A refresh that leaves the value
   * as it is adds its own.
   *
   * @param key the key
   * @return an unmodifiable set; empty if the value has none, or none is cached
   */
  Set<String> tags(K key);

  /**
   * Ends the key's running fetch for all of its callers; intended for operators. Its loader is
   * cancelled, its callers' handles complete with a {@link FetchException} whose cause is the one
   * given.
   *
   * @param key the key
   * @param cause why
   * @return true if a fetch was ended; false if none ran, or its value was being stored by then
   */
  boolean abort(K key, Throwable cause);

  /**
   * Returns a live view of the cached values. A write through it fences the key's fetch if it
   * changes the mapping; {@code put}, {@code remove(key)} and {@code clear} always do. The
   * functions given to {@code compute} and its like run inside an atomic step of the map: they are
   * to be short and not to touch this cache.
   *
   * @return the view; it allows no null, and its iterators are weakly consistent
   */
  ConcurrentMap<K, V> asMap();

  /**
   * Returns about how many values are cached.
   *
   * @return an estimate, which may count values that have expired
   */
  long estimatedSize();

  /** Performs pending maintenance: evicts, expires, and frees the slots of lost fetches. */
  void cleanUp();

  /**
   * Registers a continuation on the key's fetch. It gets the outcome as a task of its own on the
   * continuation executor, once; if there is no fetch and the key is cached, at once.
   *
   * @param key the key
   * @param name unique within the key's fetch; a second continuation of that name replaces the
   *     first
   * @param continuation gets the outcome; it watches and does not keep the fetch alive
   * @return whether it was added, replaced another, or runs now; {@link Registration#NOT_IN_FLIGHT}
   *     if it was not kept, because the key is neither in flight nor cached
   */
  Registration onComplete(K key, String name, Continuation<? super V> continuation);

  /**
   * Registers a continuation with options on the key's fetch: see {@link #onComplete(Object,
   * String, Continuation)}.
   *
   * @param key the key
   * @param name unique within the key's fetch; a second continuation of that name replaces the
   *     first
   * @param options how it is run
   * @param continuation gets the outcome, if its options ask for it and its queue has room
   * @return whether it was added, replaced another, or runs now; {@link Registration#NOT_IN_FLIGHT}
   *     if it was not kept, because the key is neither in flight nor cached
   * @throws dev.slipstream.latch.ContinuationRefusedException if its queue is full and refuses;
   *     nothing has changed then
   */
  Registration onComplete(
      K key, String name, ContinuationOptions options, Continuation<? super V> continuation);

  /**
   * Registers a continuation on the key's fetch, unless the key is cached already.
   *
   * @param key the key
   * @param name unique within the key's fetch; a second continuation of that name replaces the
   *     first
   * @param continuation gets the outcome; it watches and does not keep the fetch alive
   * @return whether it was added or replaced another; never {@link Registration#RAN_NOW}
   * @throws AlreadyCompletedException if nothing is in flight and the key is cached; it carries the
   *     outcome
   */
  Registration onCompleteOrThrow(K key, String name, Continuation<? super V> continuation);

  /**
   * Registers a continuation with options on the key's fetch, unless the key is cached already.
   *
   * @param key the key
   * @param name unique within the key's fetch; a second continuation of that name replaces the
   *     first
   * @param options how it is run
   * @param continuation gets the outcome, if its options ask for it and its queue has room
   * @return whether it was added or replaced another; never {@link Registration#RAN_NOW}
   * @throws AlreadyCompletedException if nothing is in flight and the key is cached; it carries the
   *     outcome
   * @throws dev.slipstream.latch.ContinuationRefusedException if its queue is full and refuses;
   *     nothing has changed then
   */
  Registration onCompleteOrThrow(
      K key, String name, ContinuationOptions options, Continuation<? super V> continuation);

  /**
   * Removes a continuation from the key's fetch.
   *
   * @param key the key
   * @param name the name it was registered with, on the key
   * @return true if it was waiting: it will not run
   */
  boolean removeOnComplete(K key, String name);

  /**
   * Returns the state of the key: cached, in flight, or neither. Starts nothing, joins nothing, and
   * does not count as a read. A cached value goes before a fetch that is to replace it.
   *
   * @param key the key
   * @return its state. The future of a {@link KeyState.InFlight} completes as a task on the
   *     continuation executor
   * @throws CacheClosedException if the cache is closed and the key is not cached: nothing will
   *     come
   */
  @Override
  KeyState<V> state(K key);

  /**
   * Returns the hub that is ticked when a key changes: a fetch began or ended or was fenced, a
   * value was written, removed, or evicted. With an {@linkplain CoalescingCacheBuilder#eventJournal
   * event journal} or {@linkplain CoalescingCacheBuilder#eventSink sink}, callers that join or
   * leave tick, too. A tick comes after the change and after its event; {@link #invalidateAll()}
   * and {@link #close} tick every key that is watched, changed or not.
   *
   * @return the hub of this cache
   */
  ChangeHub<K> changes();

  /**
   * Returns an awaiter of keys of this cache, which starts no fetch. What it returns completes on
   * the continuation executor, with {@link CacheClosedException} if the cache closes before.
   *
   * @return the awaiter
   */
  KeyAwaiter<K, V> awaiter();

  /**
   * Returns the events of this cache, to read by cursors and lossy subscriptions.
   *
   * @return the events
   * @throws IllegalStateException if the cache was built without {@link
   *     CoalescingCacheBuilder#eventJournal}
   */
  Events<K, V> events();

  /**
   * Registers a listener that is notified of every change of what is stored: key, value before and
   * value after. It is notified of one change at a time, after the change, with no lock of the
   * cache held, on a thread that changes the cache or on the default executor. While it runs,
   * further changes wait in memory: the first 1,024 in order, later ones coalesced by key and
   * counted in {@link CacheStats#coalescedChangeCount}; so it should be quick. What it throws is
   * logged. Changes of one key by several threads at once may be reported in either order.
   *
   * @param listener is notified of each change
   * @return a handle that removes the listener when it is closed
   */
  @CheckReturnValue
  StateListenerHandle onStateChanged(StateListener<? super K, ? super V> listener);

  /**
   * Returns the name that messages, logs and meters call this cache by.
   *
   * @return the name given to the builder, or one that it has drawn
   */
  String name();

  /**
   * Returns how many fetches are running, fenced ones included. It copies nothing, and is meant for
   * meters.
   *
   * @return a number that may be out of date at once; 0 after close
   */
  int inFlightCount();

  /**
   * Returns how many callers wait for a fetch, those of fenced fetches included. It copies nothing,
   * and takes time in proportion to their number.
   *
   * @return the number of handles that have neither left nor been completed
   */
  int awaiterCount();

  /**
   * Returns how long the oldest running fetch has been running, fenced ones included. It copies and
   * sorts nothing.
   *
   * @return a time on the wall clock; empty if no fetch is running
   */
  Optional<Duration> oldestFetchAge();

  /**
   * Returns the fetches that are running, the oldest first, fenced ones included.
   *
   * @return a list of what was seen, unmodifiable
   */
  List<InFlight<K>> inFlight();

  /**
   * Returns the counts so far; all zero unless {@link CoalescingCacheBuilder#recordStats} was
   * asked.
   *
   * @return the counts
   */
  CacheStats stats();

  /**
   * Returns whether this cache counts what {@link #stats} returns: whether {@link
   * CoalescingCacheBuilder#recordStats} was asked.
   *
   * @return true if it counts
   */
  boolean isRecordingStats();

  /**
   * Returns a future that is complete when the ledger has acknowledged what was written and
   * invalidated here before this call. While the ledger is away that is tried again; if the cache
   * closes before, the future fails with {@link CacheClosedException}.
   *
   * @return a future of the caller's own; complete if the cache has no ledger
   */
  CompletableFuture<Void> ledgerSettled();

  /**
   * Closes the cache: pending callers get a {@link CacheClosedException}, running loaders are
   * cancelled, cached values stay readable. It waits for no loader and no callback; a fetch whose
   * value is just being stored still delivers it. Executors that were given are not closed. A
   * second close does nothing.
   */
  @Override
  void close();
}
