package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G17, re-entrancy is an error, not a hang, on one stack: a loader, insert callback or identity
 * function that asks for a key it is loading gets the chain in its exception. What does not wait,
 * and what belongs to others, is no error. Cycles across threads are in {@link G17WaitCycleTest}.
 */
class G17RecursionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final CoalescingCache<String, String> sameThread =
      caches.cache(builder -> builder.executor(Runnable::run));

  @Test
  void aBlockingLoaderThatAsksForItsOwnKey() {
    FetchHandle<String> handle = cache.getOrFetch("k", key -> cache.get("k", k -> "never"));

    assertThat(chainOf(handle)).containsExactly("k", "k");
    assertThat(Eventually.failure(handle)).hasMessageContaining("k");
    assertThat(((FetchException) Eventually.failure(handle)).key()).isEqualTo("k");
  }

  @Test
  void aBlockingCallerIsNotifiedToo() {
    assertThatThrownBy(() -> cache.get("k", key -> cache.get("k", k -> "never")))
        .isExactlyInstanceOf(RecursiveFetchException.class);
    assertThatThrownBy(() -> sameThread.get("k", key -> sameThread.get("k", k -> "never")))
        .isExactlyInstanceOf(RecursiveFetchException.class);
  }

  @Test
  void anAsyncLoaderThatBlocksOnItsOwnKey() {
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k", (key, context) -> CompletableFuture.completedFuture(cache.get("k", k -> "never")));

    assertThat(chainOf(handle)).containsExactly("k", "k");
  }

  @Test
  void anAsyncLoaderThatReturnsAHandleOnItsOwnKey() {
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> cache.getOrFetch("k", k -> "never"));

    assertThat(chainOf(handle)).containsExactly("k", "k");
  }

  @Test
  void aLoaderThatJoinsItsOwnHandle() {
    FetchHandle<String> handle =
        cache.getOrFetch("k", key -> cache.getOrFetch("k", k -> "never").join());

    Throwable failure = Eventually.failure(handle);
    assertThat(failure).isInstanceOf(RecursiveFetchException.class);
  }

  @Test
  void aCycleOnOneStackNamesAllItsKeys() {
    FetchHandle<String> handle =
        sameThread.getOrFetch(
            "a",
            a ->
                sameThread.get(
                    "b", b -> sameThread.get("c", c -> sameThread.get("a", k -> "never"))));

    assertThat(chainOf(handle)).containsExactly("a", "b", "c", "a");
  }

  @Test
  void aCycleOfAsyncLoadersOnOneStack() {
    FetchHandle<String> handle =
        cache.getOrFetch(
            "a",
            (a, context) ->
                cache.getOrFetch("b", (b, inner) -> cache.getOrFetch("a", k -> "never")));

    assertThat(chainOf(handle)).containsExactly("a", "b", "a");
  }

  @Test
  void aCycleThroughABulkCall() {
    BulkLoader<String, String> bulk =
        (keys, context) -> {
          cache.get("b", k -> "never");
          return new CompletableFuture<>();
        };

    CompletableFuture<?> future = cache.getAllOrFetch(List.of("a", "b"), bulk);

    assertThat(Eventually.failure(future)).isInstanceOf(RecursiveFetchException.class);
  }

  @Test
  void aLoaderThatSurvivesTheErrorGoesOn() {
    AtomicReference<RecursiveFetchException> caught = new AtomicReference<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              caught.set(
                  catchThrowableOfType(
                      RecursiveFetchException.class, () -> cache.get("k", k -> "never")));
              return "v";
            });

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(caught.get().chain()).containsExactly("k", "k");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void anInsertCallbackThatAsksForItsKey() {
    List<CoalescingCache<String, String>> self = new CopyOnWriteArrayList<>();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> self.get(0).get(key, k -> "never");
    self.add(caches.track(CoalescingCache.builder().onInsert(insert).build()));

    FetchHandle<String> handle =
        self.get(0).getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("v"));

    assertThat(Eventually.failure(handle)).satisfies(G17RecursionTest::isRecursiveSomewhere);
  }

  @Test
  void anIdentityFunctionThatAsksForItsKey() {
    List<CoalescingCache<String, String>> self = new CopyOnWriteArrayList<>();
    self.add(
        caches.track(
            CoalescingCache.builder()
                .identity((String value) -> self.get(0).get("k", k -> "never"))
                .build()));

    FetchHandle<String> handle =
        self.get(0).getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("v"));

    assertThat(Eventually.failure(handle)).satisfies(G17RecursionTest::isRecursiveSomewhere);
  }

  /** What a callback throws ends in InsertFailedException, whatever it is: look behind that. */
  private static void isRecursiveSomewhere(Throwable failure) {
    Throwable cause = failure instanceof InsertFailedException ? failure.getCause() : failure;
    assertThat(cause).isInstanceOf(RecursiveFetchException.class);
    assertThat(((RecursiveFetchException) cause).chain()).containsExactly("k", "k");
  }

  @Test
  void aLoaderMayAskForOtherKeysAndForOtherCaches() {
    CoalescingCache<String, String> other = caches.cache();

    String value =
        cache.get(
            "k", key -> cache.get("l", l -> "l") + other.get("k", k -> "k of the other cache"));

    assertThat(value).isEqualTo("lk of the other cache");
  }

  @Test
  void aLoaderMayAskForItsOwnKeyIfThatIsCached() {
    cache.put("k", "cached");

    FetchHandle<String> handle = cache.refresh("k", key -> cache.get("k", k -> "never") + "!");

    assertThat(Eventually.value(handle)).isEqualTo("cached!");
  }

  @Test
  void prefetchAndRefreshOfOnesOwnKeyAreNoErrors() {
    AtomicReference<FetchHandle<String>> refreshed = new AtomicReference<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              cache.prefetch("k", k -> "never");
              refreshed.set(cache.refresh("k", k -> "never"));
              return "v";
            });

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(Eventually.value(refreshed.get())).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void startingAnotherKeyWithoutWaitingIsNoError() {
    AtomicReference<FetchHandle<String>> started = new AtomicReference<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "a",
            a -> {
              started.set(cache.getOrFetch("b", b -> cache.get("a", k -> "never") + "b"));
              return "a";
            });

    assertThat(Eventually.value(handle)).isEqualTo("a");
    assertThat(Eventually.value(started.get())).isEqualTo("ab");
  }

  @Test
  void aDependentDeliveredUnderALoaderIsNoneOfItsCalls() {
    CoalescingCache<String, String> inline =
        caches.cache(builder -> builder.continuationExecutor(Runnable::run));
    CompletableFuture<String> promise = new CompletableFuture<>();
    AtomicReference<FetchHandle<String>> joined = new AtomicReference<>();
    FetchHandle<String> other = inline.getOrFetch("other", (key, context) -> promise);
    CompletableFuture<Void> dependent =
        other.thenAccept(value -> joined.set(inline.getOrFetch("k", k -> "never")));

    FetchHandle<String> handle =
        inline.getOrFetch(
            "k",
            (key, context) -> {
              promise.complete("done");
              return CompletableFuture.completedFuture("v");
            });

    assertThat(Eventually.value(dependent)).isNull();
    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(Eventually.value(joined.get())).isEqualTo("v");
    assertThat(joined.get().origin()).isEqualTo(Origin.JOINED);
  }

  @Test
  void aContinuationDeliveredUnderALoaderIsNoneOfItsCalls() {
    CoalescingCache<String, String> inline =
        caches.cache(builder -> builder.continuationExecutor(Runnable::run));
    CompletableFuture<String> promise = new CompletableFuture<>();
    AtomicReference<FetchHandle<String>> joined = new AtomicReference<>();
    FetchHandle<String> other = inline.getOrFetch("other", (key, context) -> promise);
    other.onComplete("c", outcome -> joined.set(inline.getOrFetch("k", k -> "never")));

    FetchHandle<String> handle =
        inline.getOrFetch(
            "k",
            (key, context) -> {
              promise.complete("done");
              return CompletableFuture.completedFuture("v");
            });

    assertThat(Eventually.value(other)).isEqualTo("done");
    assertThat(Eventually.value(handle)).isEqualTo("v");
    Eventually.until("the continuation asked", () -> joined.get() != null);
    assertThat(Eventually.value(joined.get())).isEqualTo("v");
  }

  @Test
  void theChainEndsWithTheLoader() {
    assertThat(sameThread.get("k", key -> "v")).isEqualTo("v");
    sameThread.invalidate("k");
    assertThat(sameThread.get("l", key -> sameThread.get("k", k -> "v") + "!")).isEqualTo("v!");
    assertThatThrownBy(
            () ->
                sameThread.get(
                    "m",
                    key -> {
                      throw new IllegalStateException("down");
                    }))
        .hasRootCauseMessage("down");
    assertThat(sameThread.get("m", key -> "v")).isEqualTo("v");
  }

  private static List<Object> chainOf(FetchHandle<String> handle) {
    Throwable failure = Eventually.failure(handle);
    assertThat(failure).isExactlyInstanceOf(RecursiveFetchException.class);
    return ((RecursiveFetchException) failure).chain();
  }
}
