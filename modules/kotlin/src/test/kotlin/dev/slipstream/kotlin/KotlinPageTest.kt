package dev.slipstream.kotlin

import dev.slipstream.CoalescingCache
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** The code of `docs/kotlin.md`. */
class KotlinPageTest {
    data class User(val id: Int, val name: String)

    data class Response(val user: User?, val maxAge: Duration)

    class Client {
        suspend fun findUser(id: Int): User? {
            delay(if (id == 0) 1_000 else 100)
            return User(id, "Ann")
        }

        suspend fun findUsers(ids: Set<Int>): Map<Int, User> = ids.associateWith { User(it, "Ann") }

        suspend fun request(id: Int): Response = Response(findUser(id), Duration.ofMinutes(1))
    }

    class Service(private val users: CoalescingCache<Int, User>, private val client: Client) {
        suspend fun find(id: Int): User? =
            withTimeoutOrNull(200.milliseconds) { // this caller leaves then; others still get it
                users.awaitOrFetch(id) { client.findUser(it) } // cached, joined, or called
            }

        suspend fun findAll(ids: List<Int>): Map<Int, User> =
            users.awaitAllOrFetch(ids) { missing -> client.findUsers(missing) }

        suspend fun findFor(id: Int): User? =
            users.awaitOrFetch(id) {
                val response = client.request(it)
                currentFetchContext().expireAfter(response.maxAge)
                response.user
            }
    }

    private val shown = mutableListOf<String>()
    private val cache: CoalescingCache<Int, User> = coalescingCache {
        expireAfterWrite(Duration.ofMinutes(5))
        eventJournal(1_024)
        continuationExecutor(Runnable::run) // values arrive before the virtual time goes on
    }
    private val service = Service(cache, Client())

    private fun show(event: Any) {
        shown += event.toString()
    }

    @AfterEach
    fun close() {
        cache.close()
    }

    @Test
    fun theCacheOfThePageIsBuilt() {
        val users: CoalescingCache<Int, User> = coalescingCache {
            maximumSize(10_000)
            fetchTimeout(Duration.ofSeconds(5))
        }

        users.put(42, User(42, "Ann"))
        assertThat(users.getIfPresent(42)).isEqualTo(User(42, "Ann"))
        users.close()
    }

    @Test
    fun theCallsOfThePageReturnTheirUsers() = runTest {
        val ann = User(42, "Ann")

        assertThat(service.find(42)).isEqualTo(ann)
        assertThat(service.findAll(listOf(42, 43))).containsOnlyKeys(42, 43)
        assertThat(service.findFor(44)).isEqualTo(User(44, "Ann"))
        assertThat(cache.awaitRefresh(42) { Client().findUser(it) }).isEqualTo(ann)
    }

    @Test
    fun aCallThatTakesTooLongIsLeft() = runTest {
        assertThat(service.find(0)).isNull()
        assertThat(cache.inFlightCount()).isZero()
    }

    @Test
    fun theEventsAreShown() = runTest {
        val users = cache
        val following = launch {
            users.eventFlow(capacity = 256).collect { show(it) }
        }
        runCurrent()
        users.put(42, User(42, "Ann"))
        runCurrent()
        following.cancelAndJoin()

        assertThat(shown).hasSize(1)
    }
}
