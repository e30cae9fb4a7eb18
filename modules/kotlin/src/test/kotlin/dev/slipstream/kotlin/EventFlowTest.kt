package dev.slipstream.kotlin

import dev.slipstream.CoalescingCache
import dev.slipstream.watch.CacheEvent
import java.io.IOException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatIllegalArgumentException
import org.assertj.core.api.Assertions.assertThatIllegalStateException
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** Events as a flow. */
class EventFlowTest {
    private val cache: CoalescingCache<String, String> = coalescingCache { eventJournal(64) }

    @AfterEach
    fun close() {
        cache.close()
    }

    private fun keys(flow: Flow<CacheEvent<String, String>>): Flow<String> = flow.map { it.key() }

    @Test
    fun eachCollectorGetsTheEventsThatComeAfterItHasBegun() = runTest {
        cache.put("before", "0")
        val flow = keys(cache.eventFlow(16))
        val collectors = List(2) { async { flow.take(3).toList() } }
        runCurrent()
        cache.put("a", "1")
        runCurrent()
        cache.put("b", "2")
        cache.put("c", "3")

        collectors.forEach { assertThat(it.await()).containsExactly("a", "b", "c") }
    }

    @Test
    fun itEndsWithTheCacheAfterTheEventsBefore() = runTest {
        val all = async { keys(cache.eventFlow(16)).toList() }
        runCurrent()
        cache.put("a", "1")
        cache.close()

        assertThat(all.await()).containsExactly("a")
        assertThat(keys(cache.eventFlow(16)).toList()).isEmpty()
    }

    @Test
    fun aCollectorThatLagsMissesTheOldest() = runTest {
        val latest = async { keys(cache.eventFlow(2)).take(2).toList() }
        runCurrent()
        ('a'..'j').forEach { cache.put(it.toString(), "v") }

        assertThat(latest.await()).containsExactly("i", "j")
    }

    @Test
    fun aCollectorCanBeCancelledWhileItWaits() = runTest {
        val cancelled = launch { cache.eventFlow(16).collect {} }
        val other = async { keys(cache.eventFlow(16)).take(1).toList() }
        runCurrent()
        cancelled.cancelAndJoin()
        cache.put("a", "1")

        assertThat(cancelled.isCancelled).isTrue()
        assertThat(other.await()).containsExactly("a")
    }

    @Test
    fun whatACollectorThrowsEndsItsCollection() = runTest {
        val began = CompletableDeferred<Unit>()
        val failure = async {
            runCatching {
                    began.complete(Unit)
                    cache.eventFlow(16).collect { throw IOException(it.key()) }
                }
                .exceptionOrNull()
        }
        began.await()
        runCurrent()
        cache.put("a", "1")

        assertThat(failure.await()).isInstanceOf(IOException::class.java).hasMessage("a")
    }

    @Test
    fun badSettingsAreNamed() {
        assertThatIllegalArgumentException()
            .isThrownBy { cache.eventFlow(0) }
            .withMessage("capacity must be at least 1, but is 0")
        coalescingCache<String, String>().use { plain ->
            assertThatIllegalStateException()
                .isThrownBy { plain.eventFlow(16) }
                .withMessageContaining("eventJournal")
        }
    }
}
