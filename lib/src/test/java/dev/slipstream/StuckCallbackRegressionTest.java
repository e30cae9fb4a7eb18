package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once waited for user code that does not come back. */
class StuckCallbackRegressionTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CountDownLatch mayReturn = new CountDownLatch(1);
  private final CountDownLatch stuck = new CountDownLatch(1);

  /** Is stuck for longer than anybody waits for what must not wait for it. */
  private void stick() {
    stuck.countDown();
    try {
      boolean unused = mayReturn.await(3L * Eventually.SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A cache whose insert callback is stuck for one key. */
  private CoalescingCache<String, String> stuckFor(
      String stuckKey, UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          if (key.equals(stuckKey)) {
            stick();
          }
          return fetched;
        };
    return caches.track(
        with.apply(CoalescingCache.builder().recordStats()).onInsert(insert).build());
  }

  /** A loader whose stage has a dependent that blocks the thread that ends it. */
  private AsyncLoader<String, String> withBlockingDependent() {
    return (key, context) -> {
      CompletableFuture<String> stage = new CompletableFuture<>();
      var unused = stage.whenComplete((value, failure) -> stick());
      return stage;
    };
  }

  @Test
  void theTimeoutNotifiesABulkKeyThatHasStoredWhileASiblingIsStuck() {
    CoalescingCache<String, String> cache = stuckFor("b", builder -> builder.fetchTimeout(SHORT));
    CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), (keys, context) -> answers);
    FetchHandle<String> a = cache.joinIfInFlight("a");
    Caller<Boolean> completer = Caller.start(() -> answers.complete(Map.of("a", "A", "b", "B")));

    assertThat(Eventually.failure(future)).isInstanceOf(FetchTimeoutException.class);
    assertThat(Eventually.value(a)).isEqualTo("A");
    assertThat(completer.isReturned()).isFalse();

    mayReturn.countDown();
    assertThat(completer.value()).isTrue();
    assertThat(cache.asMap()).isEqualTo(Map.of("a", "A"));
  }

  @Test
  void closeNotifiesABulkKeyThatHasStoredWhileASiblingIsStuck() {
    CoalescingCache<String, String> cache = stuckFor("b", builder -> builder);
    CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), (keys, context) -> answers);
    FetchHandle<String> a = cache.joinIfInFlight("a");
    Caller<Boolean> completer = Caller.start(() -> answers.complete(Map.of("a", "A", "b", "B")));
    Eventually.opens(stuck);

    cache.close();

    assertThat(Eventually.failure(future)).isInstanceOf(CacheClosedException.class);
    assertThat(Eventually.value(a)).isEqualTo("A");
    mayReturn.countDown();
    assertThat(completer.value()).isTrue();
  }

  @Test
  void theTimeoutBoundsCallersThatJoinAFurtherValueWhoseInsertIsStuck() {
    CoalescingCache<String, String> cache = stuckFor("x", builder -> builder.fetchTimeout(SHORT));
    CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a"), (keys, context) -> answers);
    Caller<Boolean> completer = Caller.start(() -> answers.complete(Map.of("a", "A", "x", "X")));
    Eventually.opens(stuck);

    FetchHandle<String> x = cache.getOrFetch("x", key -> "own");

    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "A"));
    assertThat(x.origin() == Origin.JOINED ? Eventually.failure(x) : null)
        .isInstanceOf(FetchTimeoutException.class);
    mayReturn.countDown();
    assertThat(completer.value()).isTrue();
  }

  @Test
  void theTimeoutNotifiesEveryCallerBeforeItMeetsADependentOfTheLoadersStage() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.fetchTimeout(SHORT));
    CountDownLatch ran = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", withBlockingDependent());
    assertThat(cache.onComplete("k", "watches", outcome -> ran.countDown())).isNotNull();

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    Eventually.opens(ran);
    Eventually.opens(stuck); // the stage is cancelled all the same
    mayReturn.countDown();
  }

  @Test
  void oneStuckDependentOfALoadersStageHoldsUpNoOtherTimeout() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.fetchTimeout(SHORT));
    FetchHandle<String> first = cache.getOrFetch("a", withBlockingDependent());
    FetchHandle<String> second = cache.getOrFetch("b", withBlockingDependent());

    assertThat(Eventually.failure(first)).isInstanceOf(FetchTimeoutException.class);
    assertThat(Eventually.failure(second)).isInstanceOf(FetchTimeoutException.class);
    mayReturn.countDown();
  }

  @Test
  void abortNotifiesEveryCallerBeforeItMeetsADependentOfTheLoadersStage() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", withBlockingDependent());

    Caller<Boolean> operator =
        Caller.start(() -> cache.abort("k", new IllegalStateException("by hand")));

    assertThat(Eventually.failure(handle)).hasRootCauseMessage("by hand");
    Eventually.opens(stuck);
    mayReturn.countDown();
    assertThat(operator.value()).isTrue();
  }

  @Test
  void closeNotifiesEveryCallerBeforeItMeetsADependentOfALoadersStage() {
    CoalescingCache<String, String> cache = caches.cache();
    List<FetchHandle<String>> handles = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      handles.add(cache.getOrFetch("k" + i, withBlockingDependent()));
    }

    Caller<Boolean> closer =
        Caller.start(
            () -> {
              cache.close();
              return true;
            });

    assertThat(handles)
        .allSatisfy(
            handle ->
                assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class));
    mayReturn.countDown();
    assertThat(closer.value()).isTrue();
  }

  @Test
  void aLastLeaveNotifiesTheContinuationsBeforeItMeetsADependentOfTheLoadersStage() {
    CoalescingCache<String, String> cache = caches.cache();
    CountDownLatch ran = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", withBlockingDependent());
    assertThat(cache.onComplete("k", "watches", outcome -> ran.countDown())).isNotNull();

    Caller<Boolean> leaver = Caller.start(() -> handle.cancel(true));

    Eventually.opens(ran);
    assertThat(cache.inFlight()).isEmpty();
    mayReturn.countDown();
    assertThat(leaver.value()).isTrue();
  }

  @Test
  void aBlockingCallerGetsTheTimeoutThoughTheLoaderFailsAfterIt() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.fetchTimeout(SHORT));
    CompletableFuture<String> stage = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> stage);
    CompletionException late =
        new CompletionException(new IllegalStateException("late")) {
          private static final long serialVersionUID = 1L;

          @Override
          public synchronized Throwable getCause() {
            if (Thread.currentThread().getName().equals("caller")) { // while the result is settled
              stick();
            }
            return super.getCause();
          }
        };
    Caller<Boolean> completer = Caller.start(() -> stage.completeExceptionally(late));
    Eventually.opens(stuck);
    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    mayReturn.countDown();
    assertThat(completer.value()).isTrue();

    Throwable thrown =
        catchThrowable(
            () ->
                Blocking.await(handle, "k", ((SlipstreamCache<String, String>) cache).core.config));

    assertThat(thrown).isInstanceOf(FetchTimeoutException.class);
  }

  @Test
  void closeEndsTheOtherFetchesThoughAWeigherIsStuck() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .maximumWeight(100)
                .weigher(
                    (String key, String value) -> {
                      stick();
                      return 1;
                    })
                .build());
    CompletableFuture<String> answer = new CompletableFuture<>();
    FetchHandle<String> storing = cache.getOrFetch("k", (key, context) -> answer);
    List<FetchHandle<String>> others = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      others.add(cache.getOrFetch("other " + i, (key, context) -> new CompletableFuture<>()));
    }
    Caller<Boolean> completer = Caller.start(() -> answer.complete("v"));
    Eventually.opens(stuck);

    Caller<Void> closer =
        Caller.start(
            () -> {
              cache.close();
              return null;
            });
    others.forEach(
        other -> assertThat(Eventually.failure(other)).isInstanceOf(CacheClosedException.class));
    assertThat(closer.value()).isNull();
    assertThat(storing).isNotDone();
    mayReturn.countDown();
    assertThat(completer.value()).isTrue();
    Eventually.until("the caller has its answer", storing::isDone);
  }
}
