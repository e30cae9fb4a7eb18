package dev.slipstream.kotlin

import dev.slipstream.AsyncLoader
import dev.slipstream.BulkLoader
import dev.slipstream.CoalescingCache
import dev.slipstream.FetchHandle
import dev.slipstream.LoadingCoalescingCache
import java.util.concurrent.CompletionStage
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await

/**
 * Returns the key's value: cached, from the fetch that is running, or from a fetch by this loader.
 * It is `getOrFetch`, suspending: a function of that name would lose to the cache's own.
 *
 * Cancelling the caller is a leave: other callers of the same fetch still get their value, and when
 * the last one leaves, the loader's coroutine is cancelled. The loader runs in the context of the
 * caller that came first (its dispatcher and its other elements), but in a job of its own: neither
 * the end nor a cancel of that caller ends it, and its failure reaches its callers only.
 *
 * @param key the key
 * @param loader computes the value if it is neither cached nor in flight; null means that there is
 *   none. [currentFetchContext] gives it the context of the fetch
 * @return the value, or null if there is none
 * @throws Exception what the loader threw, or a [dev.slipstream.FetchException] that the cache
 *   found
 */
public suspend fun <K : Any, V : Any> CoalescingCache<K, V>.awaitOrFetch(
    key: K,
    loader: suspend (K) -> V?,
): V? = getOrFetch(key, asyncLoader(callerContext(), loader)).awaitValue()

/**
 * Returns the key's value: cached, from the fetch that is running, or from a fetch by the cache's
 * own loader. Cancelling the caller is a leave.
 *
 * @param key the key
 * @return the value, or null if there is none
 * @throws Exception what the loader threw, or a [dev.slipstream.FetchException] that the cache
 *   found
 */
public suspend fun <K : Any, V : Any> LoadingCoalescingCache<K, V>.awaitOrFetch(key: K): V? {
    callerContext()
    return getOrFetch(key).awaitValue()
}

/**
 * Returns the values of several keys: cached, from the fetches that are running, and the rest from
 * one call of this loader. It is `getAllOrFetch`, suspending: see [awaitOrFetch].
 *
 * Cancelling the caller leaves every key. The loader runs on for keys that others have joined.
 *
 * @param keys the keys; duplicates count once
 * @param loader computes the values of the keys that are neither cached nor in flight; a key that
 *   is missing in its map has none
 * @return an unmodifiable map of the keys that have a value, in the order asked
 * @throws Exception the first failure of a key
 */
public suspend fun <K : Any, V : Any> CoalescingCache<K, V>.awaitAllOrFetch(
    keys: Collection<K>,
    loader: suspend (Set<K>) -> Map<K, V>,
): Map<K, V> {
    val caller = callerContext()
    val bulk =
        BulkLoader<K, V> { missing, fetch -> startLoad(caller, fetch) { loader(missing) } }
    return getAllOrFetch(keys, bulk).await()
}

/**
 * Returns the values of several keys, by the cache's own loader. Cancelling the caller leaves every
 * key.
 *
 * @param keys the keys; duplicates count once
 * @return an unmodifiable map of the keys that have a value, in the order asked
 * @throws Exception the first failure of a key
 */
public suspend fun <K : Any, V : Any> LoadingCoalescingCache<K, V>.awaitAllOrFetch(
    keys: Collection<K>
): Map<K, V> {
    callerContext()
    return getAllOrFetch(keys).await()
}

/**
 * Fetches the key anew, or joins the fetch that is running, and returns the new value; a cached
 * value is served to others meanwhile. It is `refresh`, suspending: see [awaitOrFetch].
 *
 * @param key the key
 * @param loader computes the value; null means that there is none any more
 * @return the new value, or null if there is none
 * @throws Exception what the loader threw, or a [dev.slipstream.FetchException] that the cache
 *   found; the old value stays
 */
public suspend fun <K : Any, V : Any> CoalescingCache<K, V>.awaitRefresh(
    key: K,
    loader: suspend (K) -> V?,
): V? = refresh(key, asyncLoader(callerContext(), loader)).awaitValue()

/**
 * Fetches the key anew by the cache's own loader, or joins the fetch that is running, and returns
 * the new value. Cancelling the caller is a leave.
 *
 * @param key the key
 * @return the new value, or null if there is none
 * @throws Exception what the loader threw, or a [dev.slipstream.FetchException] that the cache
 *   found; the old value stays
 */
public suspend fun <K : Any, V : Any> LoadingCoalescingCache<K, V>.awaitRefresh(key: K): V? {
    callerContext()
    return refresh(key).awaitValue()
}

/**
 * Returns the value of a handle, suspending. Cancelling the caller cancels the handle, which is a
 * leave.
 *
 * The handle's own `await` blocks the thread.
 *
 * @return the value, or null if there is none
 * @throws Exception what the loader threw, or a [dev.slipstream.FetchException]: one that the cache
 *   found, or one whose cause is the cancellation if the handle was cancelled and not the caller
 */
public suspend fun <V : Any> FetchHandle<V>.awaitValue(): V? {
    val stage: CompletionStage<V?> = this
    return try {
        stage.await()
    } catch (e: CancellationException) {
        currentCoroutineContext().ensureActive()
        await() // which does not wait: the handle has ended, and this throws why
    }
}

private fun <K : Any, V : Any> asyncLoader(
    caller: CoroutineContext,
    loader: suspend (K) -> V?,
): AsyncLoader<K, V> = AsyncLoader { key, fetch -> startLoad(caller, fetch) { loader(key) } }

/** Returns the caller's context, unless it is cancelled: it then starts and joins nothing. */
private suspend fun callerContext(): CoroutineContext =
    currentCoroutineContext().also { it.ensureActive() }
