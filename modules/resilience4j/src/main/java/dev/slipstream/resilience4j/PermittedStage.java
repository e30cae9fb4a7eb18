package dev.slipstream.resilience4j;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The stage of a fetch that has a permit, which its end and its abandonment contend to give back.
 */
final class PermittedStage<V> extends AbandonableStage<V> {
  private final CompletionStage<? extends @Nullable V> source;
  private final Permit permit;

  /** Whether the permit was given back. Whichever thread sets it, does so. */
  private final AtomicBoolean decided = new AtomicBoolean();

  PermittedStage(CompletionStage<? extends @Nullable V> source, Permit permit) {
    this.source = source;
    this.permit = permit;
    var unused = source.whenComplete(this::end);
  }

  private void end(@Nullable V value, @Nullable Throwable failure) {
    try {
      if (decided.compareAndSet(false, true)) {
        if (failure == null) {
          permit.succeeded(value);
        } else {
          permit.failed(failure);
        }
      }
    } finally { // whatever predicates and consumers of the guard's events throw
      completeAs(value, failure);
    }
  }

  @Override
  void abandon() {
    try {
      if (decided.compareAndSet(false, true)) {
        permit.release();
      }
    } finally {
      cancel(source);
    }
  }
}
