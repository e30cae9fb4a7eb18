package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a loaded value that the insert callback, or the store, does not take. */
class DiscardByInsertTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final Discarded discarded = new Discarded();
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  private CoalescingCacheBuilder<Object, Object> inline(
      CoalescingCacheBuilder<Object, Object> builder) {
    return builder.continuationExecutor(Runnable::run).discardListener(discarded);
  }

  private CoalescingCache<String, String> cache(InsertCallback<Object, Object> callback) {
    return caches.cache(builder -> inline(builder).onInsert(callback));
  }

  @Test
  void aValueThatTheCallbackKeepsIsNotDiscarded() {
    CoalescingCache<String, String> cache = cache((key, fetched, current) -> fetched);

    assertThat(cache.get("k", key -> "v")).isEqualTo("v");
    discarded.areNone();
  }

  @Test
  void aValueThatTheCallbackReplacesIsDiscarded() {
    CoalescingCache<String, String> cache = cache((key, fetched, current) -> fetched + "!");

    assertThat(cache.get("k", key -> "v")).isEqualTo("v!");
    discarded.are("k=v");
  }

  @Test
  void theLoadedValueIsDiscardedWhereThePresentOneStays() {
    CoalescingCache<String, String> cache = cache(InsertCallback.keepExisting());
    cache.put("k", "present");
    FetchHandle<String> handle = cache.refresh("k", (key, context) -> answer);
    answer.complete("v");

    assertThat(handle.join()).isEqualTo("present");
    discarded.are("k=v");
  }

  @Test
  void thePresentValueOfALaterWriteIsNeverDiscarded() {
    CoalescingCache<String, String> cache = cache(InsertCallback.keepExisting());
    cache.prefetch("k", (key, context) -> answer);
    cache.put("k", "present");
    answer.complete("v");

    discarded.are("k=v");
    assertThat(cache.getIfPresent("k")).isEqualTo("present");
  }

  @Test
  void aValueWhoseCallbackThrowsIsDiscarded() {
    CoalescingCache<String, String> cache =
        cache(
            (key, fetched, current) -> {
              throw new IllegalStateException("refused");
            });
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
    answer.complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(InsertFailedException.class);
    discarded.are("k=v");
  }

  @Test
  @SuppressWarnings("NullAway") // which is what is tested
  void aValueWhoseCallbackReturnsNullIsDiscarded() {
    CoalescingCache<String, String> cache = cache((key, fetched, current) -> null);
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
    answer.complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(InsertFailedException.class);
    discarded.are("k=v");
  }

  @Test
  void aValueThatIsNotOfItsKeyIsDiscarded() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> inline(builder).identity((Object value) -> value));
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
    answer.complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(IdentityMismatchException.class);
    discarded.are("k=v");
  }

  @Test
  void aValueThatTheWeigherRefusesIsDiscarded() {
    Weigher<Object, Object> weigher =
        (key, value) -> {
          throw new IllegalStateException("refused");
        };
    CoalescingCache<String, String> cache =
        caches.cache(builder -> inline(builder).maximumWeight(10).weigher(weigher));
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
    answer.complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(InsertFailedException.class);
    discarded.are("k=v");
  }

  @Test
  void aValueThatWasStoredForAMomentIsTheRemovalListeners() {
    List<String> removed = new CopyOnWriteArrayList<>();
    List<CoalescingCache<String, String>> own = new CopyOnWriteArrayList<>();
    Weigher<Object, Object> weigher =
        (key, value) -> {
          if (!own.isEmpty()) {
            own.get(0).close(); // in the middle of the store
          }
          return 1;
        };
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                inline(builder)
                    .maximumWeight(10)
                    .weigher(weigher)
                    .removalListener((key, value, cause) -> removed.add(key + "=" + value)));
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
    own.add(cache);
    answer.complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    assertThat(removed).containsExactly("k=v");
    discarded.areNone();
  }

  @Test
  void whatAStuckCallbackReturnsAfterTheEndIsDiscarded() {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    CoalescingCache<String, String> cache =
        cache(
            (key, fetched, current) -> {
              entered.countDown();
              Eventually.opens(mayReturn);
              return fetched + "!";
            });
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
    Caller<Boolean> loader = Caller.start(() -> answer.complete("v"));
    Eventually.opens(entered);
    cache.close();
    mayReturn.countDown();

    assertThat(loader.value()).isTrue();
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    discarded.are("k=v", "k=v!");
  }

  @Test
  void aValueWhoseKeyWasWrittenInTheCallbackIsTheCallersThatWaits() {
    List<CoalescingCache<String, String>> own = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        cache(
            (key, fetched, current) -> {
              own.get(0).put("k", "newer");
              return fetched;
            });
    own.add(cache);

    assertThat(cache.get("k", key -> "v")).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("newer");
    discarded.areNone();
  }
}
