package dev.slipstream.resilience4j;

import io.github.resilience4j.bulkhead.Bulkhead;
import org.jspecify.annotations.Nullable;

/** One fetch's place in a bulkhead. */
final class BulkheadPermit implements Permit {
  private final Bulkhead bulkhead;

  /** Acquires the place, or throws what the bulkhead throws. */
  BulkheadPermit(Bulkhead bulkhead) {
    bulkhead.acquirePermission();
    this.bulkhead = bulkhead;
  }

  @Override
  public void succeeded(@Nullable Object value) {
    bulkhead.onComplete();
  }

  @Override
  public void failed(Throwable failure) {
    bulkhead.onComplete();
  }

  @Override
  public void release() {
    bulkhead.releasePermission();
  }
}
