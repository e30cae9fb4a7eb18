package dev.slipstream.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.MaxRetriesExceededException;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts of one fetch: they end with its callers. */
class RetryGuardTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CoalescingCache<Integer, String> cache =
      CoalescingCache.builder().maximumSize(100).executor(executor).build();
  private final Retry retry = retry(RetryConfig.custom());
  private final Source source = new Source();
  private final AsyncLoader<Integer, String> guarded = Guards.retry(retry, source);
  private final IllegalStateException failure = new IllegalStateException("as a test needs it");

  private static Retry retry(RetryConfig.Builder<Object> settings) {
    return Retry.of("backend", settings.maxAttempts(3).waitDuration(Duration.ofMillis(1)).build());
  }

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void aFetchIsTriedAgainUntilItSucceeds() {
    FetchHandle<String> first = cache.getOrFetch(1, guarded);
    source.call(1).completeExceptionally(failure);
    FetchHandle<String> second = cache.getOrFetch(1, guarded);
    executor.runNext();
    source.call(2).completeExceptionally(failure);
    executor.runNext();
    source.call(3).complete("value");

    assertThat(Eventually.value(first)).isEqualTo("value");
    assertThat(Eventually.value(second)).isEqualTo("value");
    assertThat(source.calls()).isEqualTo(3);
    assertThat(retry.getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt()).isEqualTo(1);
  }

  @Test
  void theLastAttemptsFailureIsTheFetchs() {
    FetchHandle<String> caller = cache.getOrFetch(1, guarded);
    source.call(1).completeExceptionally(new IllegalStateException("the first"));
    executor.runNext();
    source.call(2).completeExceptionally(new IllegalStateException("the second"));
    executor.runNext();
    source.call(3).completeExceptionally(failure);

    assertThat(Eventually.failure(caller)).isSameAs(failure);
    assertThat(retry.getMetrics().getNumberOfFailedCallsWithRetryAttempt()).isEqualTo(1);
  }

  @Test
  void aFailureThatIsIgnoredIsNotTriedAgain() {
    Retry selective = retry(RetryConfig.custom().ignoreExceptions(IllegalStateException.class));
    FetchHandle<String> caller = cache.getOrFetch(1, Guards.retry(selective, source));
    source.call(1).completeExceptionally(failure);

    assertThat(Eventually.failure(caller)).isSameAs(failure);
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void aLoaderThatThrowsIsTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    FetchHandle<String> caller =
        cache.getOrFetch(
            1,
            Guards.<Integer, String>retry(
                retry,
                (key, context) -> {
                  if (calls.incrementAndGet() == 1) {
                    throw failure;
                  }
                  return source.load(key, context);
                }));
    executor.runNext();
    source.call(1).complete("value");

    assertThat(Eventually.value(caller)).isEqualTo("value");
    assertThat(calls).hasValue(2);
  }

  @Test
  void aResultMayBeTriedAgain() {
    Retry choosy =
        retry(RetryConfig.custom().retryOnResult("busy"::equals).failAfterMaxAttempts(true));
    FetchHandle<String> served = cache.getOrFetch(1, Guards.retry(choosy, source));
    source.call(1).complete("busy");
    executor.runNext();
    source.call(2).complete("value");
    assertThat(Eventually.value(served)).isEqualTo("value");

    FetchHandle<String> refused = cache.getOrFetch(2, Guards.retry(choosy, source));
    source.call(3).complete("busy");
    executor.runNext();
    source.call(4).complete("busy");
    executor.runNext();
    source.call(5).complete("busy");
    assertThat(Eventually.failure(refused)).isInstanceOf(MaxRetriesExceededException.class);
    assertThat(cache.asMap()).containsOnlyKeys(1);
  }

  @Test
  void absenceIsNoFailure() {
    FetchHandle<String> caller = cache.getOrFetch(1, guarded);
    source.call(1).complete(null);

    assertThat(Eventually.value(caller)).isNull();
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void noAttemptFollowsTheLastLeave() {
    FetchHandle<String> caller = cache.getOrFetch(1, guarded);
    source.call(1).completeExceptionally(failure);
    Eventually.until("the next attempt is handed over", () -> executor.size() == 1);
    caller.cancel(true);
    executor.runAll();

    assertThat(source.calls()).isEqualTo(1);
    assertThat(cache.inFlightCount()).isZero();
  }

  @Test
  void theLastLeaveCancelsTheAttemptThatRuns() {
    FetchHandle<String> first = cache.getOrFetch(1, guarded);
    FetchHandle<String> second = cache.getOrFetch(1, guarded);
    source.call(1).completeExceptionally(failure);
    executor.runNext();

    first.cancel(true);
    assertThat(source.call(2)).isNotDone();
    second.cancel(true);

    assertThat(source.call(2)).isCancelled();
    assertThat(executor.size()).as("further attempts").isZero();
  }

  @Test
  void anAttemptThatIsRejectedFailsTheFetch() {
    CoalescingCache<Integer, String> rejecting =
        CoalescingCache.builder()
            .executor(
                task -> {
                  throw new RejectedExecutionException("as a test needs it");
                })
            .build();
    FetchHandle<String> caller = rejecting.getOrFetch(1, guarded);
    source.call(1).completeExceptionally(failure);

    assertThat(Eventually.failure(caller)).isInstanceOf(RejectedExecutionException.class);
    rejecting.close();
  }

  @Test
  void aRetryRoundABreakerCountsEachAttempt() {
    CircuitBreaker breaker = CircuitBreaker.ofDefaults("backend");
    FetchHandle<String> caller =
        cache.getOrFetch(1, Guards.retry(retry, Guards.circuitBreaker(breaker, source)));
    source.call(1).completeExceptionally(failure);
    executor.runNext();
    source.call(2).complete("value");

    assertThat(Eventually.value(caller)).isEqualTo("value");
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
  }

  @Test
  void aLeaveGoesThroughEveryGuard() {
    CircuitBreaker breaker = CircuitBreaker.ofDefaults("backend");
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    int permitted = breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState();
    for (int i = 1; i <= permitted + 1; i++) {
      FetchHandle<String> caller =
          cache.getOrFetch(1, Guards.retry(retry, Guards.circuitBreaker(breaker, source)));
      caller.cancel(true);
      assertThat(source.call(i)).isCancelled();
    }

    assertThat(breaker.tryAcquirePermission()).isTrue();
  }
}
