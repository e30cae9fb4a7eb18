package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("G22: the end of a flight does not depend on the methods of its key")
class G22EndWithoutTheKeyTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<SessionKey, String> cache =
      caches.track(CoalescingCache.builder().name("test").recordStats().build());
  private final SessionKey key = new SessionKey(1);
  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final FetchHandle<String> first = cache.getOrFetch(key, (k, context) -> answer);
  private final FetchHandle<String> second = cache.getOrFetch(key, (k, context) -> answer);

  @Test
  void anEndCallsNoMethodOfItsKey() {
    key.calls = 0;

    first.cancel(true);
    answer.completeExceptionally(new IllegalStateException("down"));

    assertThat(Eventually.failure(second)).hasMessage("down");
    assertThat(key.calls).isZero();
  }

  @Test
  void aValueReachesTheCallersOfAKeyThatHasLostItsHashCode() {
    key.close();

    answer.complete("v"); // it cannot be stored

    assertThat(Eventually.failure(first)).isInstanceOf(InsertFailedException.class);
    assertThat(Eventually.failure(second)).isInstanceOf(InsertFailedException.class);
  }

  @Test
  void theLastLeaveCancelsTheLoaderOfAKeyThatHasLostItsHashCode() {
    key.close();

    first.cancel(true);
    second.cancel(true);

    assertThat(answer).isCancelled();
  }

  @Test
  void theTimeoutEndsAFetchWhoseKeyHasLostItsHashCode() {
    CoalescingCache<SessionKey, String> timed =
        caches.track(CoalescingCache.builder().fetchTimeout(Duration.ofMillis(50)).build());
    SessionKey late = new SessionKey(2);
    FetchHandle<String> handle = timed.getOrFetch(late, (k, context) -> new CompletableFuture<>());
    late.close();

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    answer.complete("v");
  }

  @Test
  void closeEndsAFetchWhoseKeyHasLostItsHashCode() {
    FetchHandle<String> other =
        cache.getOrFetch(new SessionKey(3), (k, context) -> new CompletableFuture<>());
    key.close();

    cache.close();

    assertThat(Eventually.failure(first)).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.failure(other)).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void invalidateAllFencesAFetchWhoseKeyHasLostItsHashCode() {
    key.close();

    cache.invalidateAll();

    assertThat(cache.inFlight()).singleElement().satisfies(f -> assertThat(f.fenced()).isTrue());
    answer.complete("v");
    assertThat(Eventually.value(first)).isEqualTo("v");
  }

  @Test
  void anInnocentCallerOfAnEqualKeyIsServed() {
    key.close();

    FetchHandle<String> innocent =
        cache.getOrFetch(new SessionKey(1), (k, c) -> CompletableFuture.completedFuture("own"));

    assertThat(Eventually.value(innocent)).isEqualTo("own");
    answer.complete("v");
  }

  @Test
  void aBulkWhoseKeyHasLostItsHashCodeEndsForAllItsKeys() {
    SessionKey bad = new SessionKey(4);
    SessionKey good = new SessionKey(5);
    CompletableFuture<Map<SessionKey, String>> loaded = new CompletableFuture<>();
    CompletableFuture<Map<SessionKey, String>> bulk =
        cache.getAllOrFetch(List.of(bad, good), (keys, context) -> loaded);
    FetchHandle<String> joined = cache.joinIfInFlight(good);
    bad.close();

    loaded.complete(Map.of(good, "v"));

    assertThat(Eventually.value(joined)).isEqualTo("v");
    assertThat(Eventually.failure(bulk)).isInstanceOf(IllegalStateException.class);
    answer.complete("v");
  }

  @Test
  void keysThatChangeWhileTheyAreLoadedAreNotKept() {
    CoalescingCache<List<Object>, String> mutable = caches.track(CoalescingCache.builder().build());
    List<WeakReference<Object>> keys = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      keys.add(failedWithChangedKey(mutable, i));
    }

    Eventually.passes(
        () -> {
          System.gc();
          assertThat(keys).allMatch(reference -> reference.get() == null);
        });
    answer.complete("v");
  }

  private static WeakReference<Object> failedWithChangedKey(
      CoalescingCache<List<Object>, String> cache, int number) {
    List<Object> changing = new ArrayList<>(List.of(number));
    CompletableFuture<String> failing = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch(changing, (k, context) -> failing);
    changing.add("changed");
    failing.completeExceptionally(new IllegalStateException("down"));
    assertThat(Eventually.failure(handle)).hasMessage("down");
    return new WeakReference<>(changing);
  }

  /** As an entity proxy: once its session is closed it has no hash code. */
  private static final class SessionKey {
    private final int id;
    private volatile boolean closed;
    private volatile int calls;

    SessionKey(int id) {
      this.id = id;
    }

    void close() {
      closed = true;
    }

    private int id() {
      calls++;
      if (closed) {
        throw new IllegalStateException("no session");
      }
      return id;
    }

    @Override
    public int hashCode() {
      return id();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SessionKey that && that.id() == id();
    }

    @Override
    public String toString() {
      return "SessionKey" + id;
    }
  }
}
