package dev.slipstream.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.FetchHandle;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A breaker counts fetches, and a fetch that nobody waits for any more gives its permit back. */
class CircuitBreakerGuardTest {
  private final CoalescingCache<Integer, String> cache =
      CoalescingCache.builder().maximumSize(100).build();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "backend",
          CircuitBreakerConfig.custom()
              .slidingWindowSize(100)
              .minimumNumberOfCalls(100)
              .permittedNumberOfCallsInHalfOpenState(1)
              .build());
  private final Source source = new Source();
  private final AsyncLoader<Integer, String> guarded = Guards.circuitBreaker(breaker, source);

  @AfterEach
  void close() {
    cache.close();
  }

  private int successes() {
    return breaker.getMetrics().getNumberOfSuccessfulCalls();
  }

  private int failures() {
    return breaker.getMetrics().getNumberOfFailedCalls();
  }

  @Test
  void aBreakerInsideCountsFetchesAndOneOutsideCountsCallers() {
    CircuitBreaker outside = CircuitBreaker.ofDefaults("outside");
    List<CompletableFuture<String>> callers = new ArrayList<>();
    for (int key = 0; key < 10; key++) {
      for (int caller = 0; caller < 5; caller++) {
        int asked = key;
        callers.add(
            outside
                .executeCompletionStage(() -> cache.getOrFetch(asked, guarded))
                .toCompletableFuture());
      }
    }
    for (int call = 1; call <= 10; call++) {
      source.call(call).complete("value");
    }
    callers.forEach(Eventually::value);

    assertThat(successes()).isEqualTo(10);
    assertThat(outside.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(50);
    assertThat(source.calls()).isEqualTo(10);
  }

  @Test
  void hitsAreNotCounted() {
    cache.put(1, "cached");

    assertThat(Eventually.value(cache.getOrFetch(1, guarded))).isEqualTo("cached");

    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void absenceIsASuccess() {
    FetchHandle<String> caller = cache.getOrFetch(1, guarded);
    source.call(1).complete(null);

    assertThat(Eventually.value(caller)).isNull();
    assertThat(successes()).isEqualTo(1);
  }

  @Test
  void aFailureIsCountedOnceAndReachesEachCallerAsItIs() {
    IllegalStateException failure = new IllegalStateException("as a test needs it");
    FetchHandle<String> first = cache.getOrFetch(1, guarded);
    FetchHandle<String> second = cache.getOrFetch(1, guarded);

    source.call(1).completeExceptionally(failure);

    assertThat(Eventually.failure(first)).isSameAs(failure);
    assertThat(Eventually.failure(second)).isSameAs(failure);
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void theFailureOfADerivedStageIsTheSameAsWithoutTheGuard() {
    IllegalStateException failure = new IllegalStateException("as a test needs it");
    FetchHandle<String> caller =
        cache.getOrFetch(
            1,
            Guards.circuitBreaker(
                breaker,
                (key, context) -> source.load(key, context).thenApply(value -> value + "!")));

    source.call(1).completeExceptionally(failure);

    assertThat(Eventually.failure(caller)).isSameAs(failure);
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void aLoaderThatThrowsHasFailed() {
    IllegalStateException failure = new IllegalStateException("as a test needs it");
    FetchHandle<String> caller =
        cache.getOrFetch(
            1,
            Guards.<Integer, String>circuitBreaker(
                breaker,
                (key, context) -> {
                  throw failure;
                }));

    assertThat(Eventually.failure(caller)).isSameAs(failure);
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void aLoaderThatReturnsNullHasFailedAndIsNamed() {
    FetchHandle<String> caller =
        cache.getOrFetch(
            1, Guards.<Integer, String>circuitBreaker(breaker, (key, context) -> null));

    assertThat(Eventually.failure(caller))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("returned null in the place of a stage");
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void anOpenBreakerRefusesTheFetchAndTheLoaderIsNotCalled() {
    breaker.transitionToOpenState();

    assertThat(Eventually.failure(cache.getOrFetch(1, guarded)))
        .isInstanceOf(CallNotPermittedException.class);
    assertThat(source.calls()).isZero();
  }

  @Test
  void aStaleValueIsServedWhileTheBreakerIsOpen() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<Integer, String> stale =
        CoalescingCache.builder()
            .ticker(ticker)
            .expireAfterWrite(Duration.ofMinutes(1))
            .staleIfError(Duration.ofHours(1))
            .build();
    stale.put(1, "old");
    ticker.advance(Duration.ofMinutes(1));
    breaker.transitionToOpenState();

    assertThat(Eventually.value(stale.getOrFetch(1, guarded))).isEqualTo("old");
    stale.close();
  }

  @Test
  void theLastLeaveReleasesTheHalfOpenPermitAndCancelsTheSource() {
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    FetchHandle<String> first = cache.getOrFetch(1, guarded);
    FetchHandle<String> second = cache.getOrFetch(1, guarded);

    first.cancel(true);
    assertThat(source.call(1)).isNotDone();
    assertThat(breaker.tryAcquirePermission()).as("the only permit is in use").isFalse();
    second.cancel(true);

    assertThat(source.call(1)).isCancelled();
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
    FetchHandle<String> next = cache.getOrFetch(1, guarded);
    source.call(2).complete("value");
    assertThat(Eventually.value(next)).isEqualTo("value");
    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  /** Why there is a guard: the stage that Resilience4j decorates knows of no cancel. */
  @Test
  void theLibrarysOwnDecoratorKeepsThePermitAndItsSourceRunsOn() {
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    FetchHandle<String> caller =
        cache.getOrFetch(
            1, (key, context) -> breaker.executeCompletionStage(() -> source.load(key, context)));

    caller.cancel(true);

    assertThat(cache.inFlightCount()).isZero();
    assertThat(source.call(1)).isNotDone();
    assertThat(breaker.tryAcquirePermission()).isFalse();
  }

  @Test
  void theLeaveIsLearntOfThroughADerivedStage() {
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    FetchHandle<String> caller =
        cache.getOrFetch(
            1, (key, context) -> guarded.load(key, context).thenApply(value -> value + "!"));

    caller.cancel(true);

    Eventually.until("the source is cancelled", () -> source.call(1).isCancelled());
    assertThat(breaker.tryAcquirePermission()).isTrue();
  }

  @Test
  void aTimeoutOfTheFetchAnAbortAndACloseReleaseThePermit() {
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    CoalescingCache<Integer, String> impatient =
        CoalescingCache.builder().fetchTimeout(Duration.ofMillis(500)).build();

    FetchHandle<String> timedOut = impatient.getOrFetch(1, guarded);
    Eventually.until("the first source is cancelled", () -> source.call(1).isCancelled());
    FetchHandle<String> aborted = cache.getOrFetch(1, guarded);
    cache.abort(1, new IllegalStateException("as a test needs it"));
    Eventually.until("the second source is cancelled", () -> source.call(2).isCancelled());
    FetchHandle<String> closed = cache.getOrFetch(1, guarded);
    cache.close();
    Eventually.until("the third source is cancelled", () -> source.call(3).isCancelled());

    for (FetchHandle<String> handle : List.of(timedOut, aborted, closed)) {
      assertThat(Eventually.failure(handle)).isNotInstanceOf(CallNotPermittedException.class);
    }
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
    assertThat(breaker.tryAcquirePermission()).isTrue();
    impatient.close();
  }

  @Test
  void aLimitOnTheLoadersOwnStageIsAFailure() {
    FetchHandle<String> caller =
        cache.getOrFetch(
            1,
            Guards.circuitBreaker(
                breaker,
                (key, context) ->
                    source
                        .load(key, context)
                        .toCompletableFuture()
                        .orTimeout(1, TimeUnit.MILLISECONDS)));

    assertThat(Eventually.failure(caller)).isInstanceOf(TimeoutException.class);
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void refreshesAreGuardedAsWell() {
    AsyncLoader<Integer, String> loader =
        new AsyncLoader<>() {
          @Override
          public CompletableFuture<String> load(Integer key, FetchContext context) {
            return CompletableFuture.completedFuture("loaded");
          }

          @Override
          public CompletableFuture<String> reload(Integer key, String old, FetchContext context) {
            return CompletableFuture.completedFuture(old + " and reloaded");
          }
        };
    LoadingCoalescingCache<Integer, String> loading =
        CoalescingCache.builder().build(Guards.circuitBreaker(breaker, loader));

    assertThat(loading.get(1)).isEqualTo("loaded");
    assertThat(Eventually.value(loading.refresh(1))).isEqualTo("loaded and reloaded");

    assertThat(successes()).isEqualTo(2);
    loading.close();
  }

  @Test
  void anInterceptorGuardsEveryLoaderOfACache() {
    CoalescingCache<Integer, String> intercepted =
        CoalescingCache.builder()
            .<Integer, String>loaderInterceptor(
                (key, context, next) -> Guards.circuitBreaker(breaker, next).load(key, context))
            .build();

    assertThat(intercepted.get(1, key -> "value")).isEqualTo("value");

    assertThat(successes()).isEqualTo(1);
    intercepted.close();
  }

  @Test
  void aPredicateThatThrowsLeavesNoCallerWaiting() {
    CircuitBreaker broken =
        CircuitBreaker.of(
            "broken",
            CircuitBreakerConfig.custom()
                .recordResult(
                    value -> {
                      throw new IllegalStateException("as a test needs it");
                    })
                .build());
    FetchHandle<String> caller = cache.getOrFetch(1, Guards.circuitBreaker(broken, source));

    source.call(1).complete("value");

    assertThat(Eventually.value(caller)).isEqualTo("value");
  }

  @Test
  void itNamesTheLoaderAndTheBreaker() {
    assertThat(guarded.toString()).contains(source.toString(), "backend");
  }
}
