package dev.slipstream.kotlin

import dev.slipstream.CoalescingCache
import java.io.IOException
import java.util.concurrent.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** Several keys by one call of a suspending loader. */
class AwaitAllOrFetchTest {
    private val answer = CompletableDeferred<Map<String, String>>()
    private val stopped = CompletableDeferred<Unit>()
    private val asked = mutableListOf<Set<String>>()
    private val cache: CoalescingCache<String, String> = coalescingCache()

    @AfterEach
    fun close() {
        cache.close()
    }

    private val loadAll: suspend (Set<String>) -> Map<String, String> = { keys ->
        asked += keys
        try {
            answer.await()
        } catch (e: CancellationException) {
            stopped.complete(Unit)
            throw e
        }
    }

    @Test
    fun whatIsNeitherCachedNorInFlightIsLoadedByOneCall() = runTest {
        cache.put("hit", "cached")
        val single = async { cache.awaitOrFetch("running") { answer.await()["running"] } }
        runCurrent()
        val all =
            async { cache.awaitAllOrFetch(listOf("a", "hit", "running", "b", "a"), loadAll) }
        runCurrent()
        answer.complete(mapOf("a" to "1", "running" to "2"))

        assertThat(all.await().entries.map { "${it.key}=${it.value}" })
            .containsExactly("a=1", "hit=cached", "running=2")
        assertThat(single.await()).isEqualTo("2")
        assertThat(asked).containsExactly(setOf("a", "b"))
    }

    @Test
    fun cancellingTheCallerLeavesEveryKeyAndStopsTheLoader() = runTest {
        val all = async { cache.awaitAllOrFetch(listOf("a", "b"), loadAll) }
        runCurrent()
        assertThat(cache.inFlightCount()).isEqualTo(2)
        all.cancelAndJoin()
        runCurrent()

        assertThat(cache.inFlightCount()).isZero()
        assertThat(stopped.isCompleted).isTrue()
    }

    @Test
    fun theLoaderRunsOnForAKeyThatAnotherHasJoined() = runTest {
        val all = async { cache.awaitAllOrFetch(listOf("a", "b"), loadAll) }
        runCurrent()
        val other = async { cache.awaitOrFetch("b") { error("it is running") } }
        runCurrent()
        all.cancelAndJoin()
        runCurrent()
        assertThat(stopped.isCompleted).isFalse()
        answer.complete(mapOf("b" to "2"))

        assertThat(other.await()).isEqualTo("2")
    }

    @Test
    fun aFailureIsTheLoadersOwn() = runTest {
        val failure = async {
            runCatching { cache.awaitAllOrFetch(listOf("a", "b"), loadAll) }.exceptionOrNull()
        }
        runCurrent()
        answer.completeExceptionally(IOException("down"))

        assertThat(failure.await()).isInstanceOf(IOException::class.java).hasMessage("down")
    }
}
