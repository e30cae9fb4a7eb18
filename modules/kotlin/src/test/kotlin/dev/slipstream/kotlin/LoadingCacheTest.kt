package dev.slipstream.kotlin

import dev.slipstream.AsyncLoader
import dev.slipstream.CoalescingCache
import dev.slipstream.FetchException
import dev.slipstream.LoadingCoalescingCache
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** The suspending calls of a cache that has its loader, and of handles. */
class LoadingCacheTest {
    private val runs = CopyOnWriteArrayList<CompletableFuture<String>>()
    private val cache: LoadingCoalescingCache<String, String> =
        CoalescingCache.builder()
            .build(AsyncLoader { _, _ -> CompletableFuture<String>().also { runs += it } })

    @AfterEach
    fun close() {
        cache.close()
    }

    @Test
    fun aValueIsLoadedAndRefreshed() = runTest {
        val value = async { cache.awaitOrFetch("k") }
        runCurrent()
        runs[0].complete("v")
        assertThat(value.await()).isEqualTo("v")
        val newer = async { cache.awaitRefresh("k") }
        runCurrent()
        runs[1].complete("newer")

        assertThat(newer.await()).isEqualTo("newer")
        assertThat(cache.awaitOrFetch("k")).isEqualTo("newer")
    }

    @Test
    fun severalValuesAreLoaded() = runTest {
        val values = async { cache.awaitAllOrFetch(listOf("a", "b")) }
        runCurrent()
        runs[0].complete("1")
        runs[1].complete(null)

        assertThat(values.await()).isEqualTo(mapOf("a" to "1"))
    }

    @Test
    fun cancellingIsALeaveOfEachCall() = runTest {
        val one = async { cache.awaitOrFetch("a") }
        val several = async { cache.awaitAllOrFetch(listOf("b", "c")) }
        val refresh = async { cache.awaitRefresh("d") }
        runCurrent()
        assertThat(cache.inFlightCount()).isEqualTo(4)
        one.cancelAndJoin()
        several.cancelAndJoin()
        refresh.cancelAndJoin()

        assertThat(cache.inFlightCount()).isZero()
        assertThat(runs).hasSize(4).allMatch { it.isCancelled }
    }

    @Test
    fun cancellingTheCallerThatAwaitsAHandleIsALeave() = runTest {
        val handle = cache.getOrFetch("k")
        val caller = async { handle.awaitValue() }
        runCurrent()
        caller.cancelAndJoin()

        assertThat(handle.isCancelled).isTrue()
        assertThat(cache.inFlightCount()).isZero()
    }

    @Test
    fun aHandleThatWasCancelledFailsTheCallerAndDoesNotCancelIt() = runTest {
        val handle = cache.getOrFetch("k")
        val failure = async { runCatching { handle.awaitValue() }.exceptionOrNull() }
        runCurrent()
        handle.cancel(true)

        assertThat(failure.await())
            .isInstanceOf(FetchException::class.java)
            .hasCauseInstanceOf(CancellationException::class.java)
        ensureActive()
    }
}
