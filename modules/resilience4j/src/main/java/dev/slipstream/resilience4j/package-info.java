/**
 * Circuit breakers, bulkheads and retries of Resilience4j round loaders. They count fetches, not
 * callers, and take back what they have granted to a fetch that all its callers have left.
 *
 * <pre>{@code
 * AsyncLoader<Integer, User> guarded =
 *     Guards.retry(retry, Guards.circuitBreaker(breaker, (id, context) -> client.findUser(id)));
 * }</pre>
 */
package dev.slipstream.resilience4j;
