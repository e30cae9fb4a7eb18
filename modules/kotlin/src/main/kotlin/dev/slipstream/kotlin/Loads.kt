package dev.slipstream.kotlin

import dev.slipstream.FetchContext
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.future.asCompletableFuture

/**
 * Returns the context of the fetch whose suspending loader this is called by: `expireAfter`,
 * `doNotStore`, `isAbandoned` and the like. It is what `FetchContext.current()` is to a blocking
 * loader.
 *
 * @return the context; that of the innermost loader, if they are nested
 * @throws IllegalStateException if no suspending loader runs in this coroutine
 */
public suspend fun currentFetchContext(): FetchContext =
    currentCoroutineContext()[CurrentFetch]?.context
        ?: throw IllegalStateException(
            "currentFetchContext() was called in ${currentCoroutineContext()}, where no loader" +
                " runs: call it inside a loader given to awaitOrFetch, awaitAllOrFetch or awaitRefresh"
        )

/**
 * Starts a load as a coroutine that has the context of the caller but not its job: it is nobody's
 * child, as it works for all callers. The cache cancels the future when the last of them has left;
 * the hook does so where an interceptor has put another in its place.
 */
internal fun <T> startLoad(
    caller: CoroutineContext,
    fetch: FetchContext,
    load: suspend () -> T,
): CompletableFuture<T> {
    val scope = CoroutineScope(caller.minusKey(Job) + SupervisorJob() + CurrentFetch(fetch))
    val loading = scope.async { load() }
    fetch.onAbandon { loading.cancel() }
    return loading.asCompletableFuture()
}

/** The fetch whose loader runs in a coroutine. */
private class CurrentFetch(val context: FetchContext) :
    AbstractCoroutineContextElement(CurrentFetch) {
    companion object Key : CoroutineContext.Key<CurrentFetch>
}
