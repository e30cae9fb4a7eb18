package dev.slipstream.kotlin

import dev.slipstream.CoalescingCache
import dev.slipstream.FetchException
import dev.slipstream.FetchHandle
import dev.slipstream.Loader
import dev.slipstream.LoaderInterceptor
import dev.slipstream.LoaderPanicException
import dev.slipstream.testing.Eventually
import java.io.IOException
import java.util.concurrent.CancellationException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** Callers in coroutines share one fetch; cancelling is a leave, the last one stops the loader. */
class AwaitOrFetchTest {
    private val loads = AtomicInteger()
    private val answer = CompletableDeferred<String?>()
    private val stopped = CompletableDeferred<Unit>()
    private var cache: CoalescingCache<String, String> = coalescingCache { name("users") }

    @AfterEach
    fun close() {
        cache.close()
    }

    /** A loader that waits for the test's answer. */
    private val load: suspend (String) -> String? = {
        loads.incrementAndGet()
        try {
            answer.await()
        } catch (e: CancellationException) {
            stopped.complete(Unit)
            throw e
        }
    }

    private val never: suspend (String) -> String? = { key -> error("$key is loaded already") }

    private suspend fun failureOf(call: suspend () -> Any?): Throwable {
        try {
            call()
        } catch (e: Throwable) {
            return e
        }
        throw AssertionError("no failure")
    }

    @Test
    fun callersShareOneLoad() = runTest {
        val callers = List(10) { async { cache.awaitOrFetch("k", load) } }
        runCurrent()
        answer.complete("v")

        assertThat(callers.awaitAll()).hasSize(10).containsOnly("v")
        assertThat(loads).hasValue(1)
    }

    @Test
    fun aHitLoadsNothing() = runTest {
        cache.put("k", "v")

        assertThat(cache.awaitOrFetch("k", never)).isEqualTo("v")
    }

    @Test
    fun nullMeansThatThereIsNoValue() = runTest {
        assertThat(cache.awaitOrFetch("k") { null }).isNull()
        assertThat(cache.getIfPresent("k")).isNull()
    }

    @Test
    fun callersOfAllKindsShareAFetch() = runTest {
        val suspended = async { cache.awaitOrFetch("k", load) }
        runCurrent()
        val blocking = Loader<String, String> { error("it is running") }
        val handle: FetchHandle<String> = cache.getOrFetch("k", blocking)
        val bulk = async { cache.awaitAllOrFetch(listOf("k")) { error("it is running") } }
        runCurrent()
        answer.complete("v")

        assertThat(suspended.await()).isEqualTo("v")
        assertThat(Eventually.value(handle)).isEqualTo("v")
        assertThat(bulk.await()).isEqualTo(mapOf("k" to "v"))
    }

    @Test
    fun cancellingTheFirstCallerIsALeaveThatTheOthersDoNotNotice() = runTest {
        val first = async { cache.awaitOrFetch("k", load) }
        runCurrent()
        val second = async { cache.awaitOrFetch("k", never) }
        runCurrent()
        first.cancelAndJoin()
        assertThat(cache.awaiterCount()).isEqualTo(1)
        answer.complete("v")

        assertThat(second.await()).isEqualTo("v")
    }

    @Test
    fun theLoaderOutlivesTheScopeOfTheCallerThatCameFirst() = runTest {
        val scope = Job()
        val first = launch(scope) { cache.awaitOrFetch("k", load) }
        runCurrent()
        val second = async { cache.awaitOrFetch("k", never) }
        runCurrent()
        scope.cancel()
        first.join()
        answer.complete("v")

        assertThat(second.await()).isEqualTo("v")
    }

    @Test
    fun theLastLeaveCancelsTheLoadersCoroutine() = runTest {
        val callers = List(2) { async { cache.awaitOrFetch("k", load) } }
        runCurrent()
        callers[0].cancelAndJoin()
        runCurrent()
        assertThat(stopped.isCompleted).isFalse()
        callers[1].cancelAndJoin()
        runCurrent()

        assertThat(stopped.isCompleted).isTrue()
        assertThat(cache.inFlightCount()).isZero()
    }

    @Test
    fun itDoesSoAlsoIfAnInterceptorHidesTheLoadersStage() = runTest {
        cache.close()
        cache = coalescingCache {
            loaderInterceptor(
                LoaderInterceptor<String, String> { key, context, next ->
                    next.load(key, context).thenApply { it }
                }
            )
        }
        val caller = async { cache.awaitOrFetch("k", load) }
        runCurrent()
        caller.cancelAndJoin()

        stopped.await()
    }

    @Test
    fun aTimeoutOfTheCallersIsALeave() = runTest {
        val value = withTimeoutOrNull(100) { cache.awaitOrFetch("k", load) }

        assertThat(value).isNull()
        assertThat(cache.inFlightCount()).isZero()
        stopped.await()
    }

    @Test
    fun aCallerThatIsCancelledAlreadyStartsNothing() = runTest {
        cache.close()
        cache = coalescingCache { recordStats() }
        val caller = launch {
            currentCoroutineContext()[Job]!!.cancel()
            cache.awaitOrFetch("k", load)
        }
        caller.join()

        assertThat(caller.isCancelled).isTrue()
        assertThat(cache.stats().fetchCount()).isZero()
    }

    @Test
    fun theLoaderRunsInTheContextOfTheCallerThatCameFirst() = runTest {
        val contexts = mutableListOf<CoroutineContext>()
        withContext(CoroutineName("first")) {
            cache.awaitOrFetch("k") {
                contexts += currentCoroutineContext()
                "v"
            }
        }

        val loader = contexts.single()
        assertThat(loader[CoroutineName]).isEqualTo(CoroutineName("first"))
        assertThat(loader[ContinuationInterceptor])
            .isSameAs(currentCoroutineContext()[ContinuationInterceptor])
    }

    @Test
    fun aFailureIsTheLoadersOwnAndFailsNoScope() = runTest {
        coroutineScope {
            val failures = List(2) {
                async { failureOf { cache.awaitOrFetch("k", load) } }
            }
            runCurrent()
            answer.completeExceptionally(IOException("down"))

            failures.awaitAll().forEach {
                assertThat(it).isInstanceOf(IOException::class.java).hasMessage("down")
            }
            ensureActive()
        }
        assertThat(cache.awaitOrFetch("k") { "again" }).isEqualTo("again")
    }

    @Test
    fun anErrorOfTheLoadersIsAPanic() = runTest {
        val failure = failureOf { cache.awaitOrFetch("k") { throw AssertionError("broken") } }

        assertThat(failure).isInstanceOf(LoaderPanicException::class.java)
    }

    @Test
    fun aLoaderThatCancelsItselfFailsItsCallersAndDoesNotCancelThem() = runTest {
        val failure = failureOf {
            cache.awaitOrFetch("k") { withTimeout(100) { awaitCancellation() } }
        }

        assertThat(failure)
            .isInstanceOf(FetchException::class.java)
            .hasCauseInstanceOf(CancellationException::class.java)
        ensureActive()
    }

    @Test
    fun aLoaderThatFailsWhileItIsStoppedDisturbsNobody() = runTest {
        val caller = async {
            cache.awaitOrFetch("k") {
                try {
                    load(it)
                } catch (e: CancellationException) {
                    throw IOException("of the clean-up", e)
                }
            }
        }
        runCurrent()
        caller.cancelAndJoin()
        runCurrent()

        assertThat(stopped.isCompleted).isTrue()
        assertThat(cache.inFlightCount()).isZero()
    }

    @Test
    fun aRefreshServesTheOldValueMeanwhile() = runTest {
        cache.put("k", "old")
        val refresh = async { cache.awaitRefresh("k", load) }
        runCurrent()
        assertThat(cache.awaitOrFetch("k", never)).isEqualTo("old")
        answer.complete("new")

        assertThat(refresh.await()).isEqualTo("new")
        assertThat(cache.getIfPresent("k")).isEqualTo("new")
    }

    @Test
    fun theLoaderFindsTheContextOfItsFetch() = runTest {
        val key = cache.awaitOrFetch("k") {
            val fetch = currentFetchContext()
            fetch.doNotStore()
            fetch.key().toString()
        }

        assertThat(key).isEqualTo("k")
        assertThat(cache.getIfPresent("k")).isNull()
    }

    @Test
    fun anInnerLoaderFindsItsOwn() = runTest {
        val keys = cache.awaitOrFetch("outer") {
            val inner = cache.awaitOrFetch("inner") { currentFetchContext().key().toString() }
            inner + " in " + currentFetchContext().key()
        }

        assertThat(keys).isEqualTo("inner in outer")
    }

    @Test
    fun outsideOfALoaderThereIsNoContextOfAFetch() = runTest {
        assertThat(failureOf { currentFetchContext() })
            .isInstanceOf(IllegalStateException::class.java)
            .hasMessageContaining("call it inside a loader")
    }
}
