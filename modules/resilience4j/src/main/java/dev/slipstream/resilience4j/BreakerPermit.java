package dev.slipstream.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/** A circuit breaker's permission of one fetch, and when that began. */
final class BreakerPermit implements Permit {
  private final CircuitBreaker breaker;
  private final long start;

  /** Acquires the permission, or throws what the breaker throws. */
  BreakerPermit(CircuitBreaker breaker) {
    breaker.acquirePermission();
    this.breaker = breaker;
    this.start = breaker.getCurrentTimestamp();
  }

  private long duration() {
    return breaker.getCurrentTimestamp() - start;
  }

  @Override
  public void succeeded(@Nullable Object value) {
    breaker.onResult(duration(), breaker.getTimestampUnit(), value);
  }

  @Override
  public void failed(Throwable failure) {
    breaker.onError(duration(), breaker.getTimestampUnit(), failure);
  }

  @Override
  public void release() {
    breaker.releasePermission();
  }
}
