package dev.slipstream.kotlin

import dev.slipstream.CoalescingCache
import dev.slipstream.canal.CanalBatch
import dev.slipstream.canal.CanalClosedException
import dev.slipstream.canal.EventSubscription
import dev.slipstream.watch.CacheEvent
import kotlin.coroutines.resume
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.suspendCancellableCoroutine

private const val BATCH = 64

/**
 * Returns a flow of the cache's events, from those that come after its collection has begun. It
 * ends when the cache is closed, after the events before that.
 *
 * The cache does not wait for collectors: one that lags behind by more than [capacity] events
 * misses the oldest of them. Each collector has a subscription of its own, which ends with the
 * collection.
 *
 * It is to be collected on a dispatcher that hands over to other threads: on
 * `Dispatchers.Unconfined` the collector would run inside the calls that cause the events.
 *
 * @param capacity how many events a collector may lag behind, 1 or more
 * @return a cold flow
 * @throws IllegalStateException if the cache was built without `eventJournal`
 */
public fun <K : Any, V : Any> CoalescingCache<K, V>.eventFlow(
    capacity: Int
): Flow<CacheEvent<K, V>> {
    require(capacity > 0) { "capacity must be at least 1, but is $capacity" }
    val events = events()
    return flow {
        events.subscribe(capacity).use { subscription ->
            while (true) {
                val batch = subscription.pullUnlessEnded() ?: return@flow
                if (batch.isEmpty) {
                    subscription.awaitAvailable()
                } else {
                    batch.items().forEach { emit(it) }
                }
            }
        }
    }
}

/** Returns what is there; null if the source has ended. */
private fun <K : Any, V : Any> EventSubscription<K, V>.pullUnlessEnded():
    CanalBatch<CacheEvent<K, V>>? =
    try {
        pullNow(BATCH)
    } catch (e: CanalClosedException) {
        null
    }

/** Suspends until there may be something to pull. */
private suspend fun EventSubscription<*, *>.awaitAvailable() {
    suspendCancellableCoroutine { waiting ->
        if (!onAvailable { waiting.resume(Unit) }) {
            waiting.resume(Unit)
        }
    }
}
