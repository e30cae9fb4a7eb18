package dev.slipstream.resilience4j;

import dev.slipstream.AsyncLoader;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.util.Objects;

/**
 * Loaders with a guard of Resilience4j round them. The guard counts each fetch once, however many
 * callers share it.
 *
 * <pre>{@code
 * LoadingCoalescingCache<Integer, User> users =
 *     CoalescingCache.builder()
 *         .maximumSize(10_000)
 *         .build(Guards.circuitBreaker(breaker, (id, context) -> client.findUser(id)));
 * }</pre>
 *
 * <p>A fetch that is given up, since its last caller has left, its timeout has elapsed, or it was
 * aborted, counts neither as a success nor as a failure: what the guard has granted to it is taken
 * back, and the loader's stage is cancelled. A {@code fetchTimeout} is no failure for a circuit
 * breaker, therefore; put a limit that is to be one on the loader's own stage.
 *
 * <p>Guards may stand round each other. A guard that refuses a fetch fails it, for all its callers.
 */
public final class Guards {
  private Guards() {}

  /**
   * Returns a loader that a circuit breaker guards. While it is open, fetches fail with its {@link
   * io.github.resilience4j.circuitbreaker.CallNotPermittedException}, and the loader is not called.
   *
   * @param breaker counts the fetches, their failures and their durations
   * @param loader is called if the breaker permits it
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader with its guard
   */
  public static <K, V> AsyncLoader<K, V> circuitBreaker(
      CircuitBreaker breaker, AsyncLoader<K, V> loader) {
    Objects.requireNonNull(breaker, "breaker");
    Objects.requireNonNull(loader, "loader");
    return new PermittedLoader<>(() -> new BreakerPermit(breaker), loader, breaker);
  }

  /**
   * Returns a loader that a bulkhead guards. While it is full, fetches fail with its {@link
   * io.github.resilience4j.bulkhead.BulkheadFullException}, and the loader is not called. A
   * bulkhead that has a {@code maxWaitDuration} blocks the caller that came first for that long.
   *
   * @param bulkhead limits how many fetches run at a time
   * @param loader is called if there is room
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader with its guard
   */
  public static <K, V> AsyncLoader<K, V> bulkhead(Bulkhead bulkhead, AsyncLoader<K, V> loader) {
    Objects.requireNonNull(bulkhead, "bulkhead");
    Objects.requireNonNull(loader, "loader");
    return new PermittedLoader<>(() -> new BulkheadPermit(bulkhead), loader, bulkhead);
  }

  /**
   * Returns a loader that is called again when it has failed, within the same fetch: its callers
   * wait for the last attempt, and may leave at any time. The first attempt runs on the thread of
   * the caller that came first, each further one on the cache's executor, where {@link
   * dev.slipstream.FetchContext#current()} is not set.
   *
   * @param retry says when to try again, and how often
   * @param loader is called for each attempt, with the same context
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader with its retries
   */
  public static <K, V> AsyncLoader<K, V> retry(Retry retry, AsyncLoader<K, V> loader) {
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(loader, "loader");
    return new RetryingLoader<>(retry, loader);
  }
}
