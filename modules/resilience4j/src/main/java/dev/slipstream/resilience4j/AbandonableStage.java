package dev.slipstream.resilience4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A stage that stands for others: to cancel it stops them first. */
abstract class AbandonableStage<V> extends CompletableFuture<@Nullable V> {
  /** The fetch was given up: stops the work. May be called again, and at any time. */
  abstract void abandon();

  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    abandon();
    return super.cancel(mayInterruptIfRunning);
  }

  /** Completes as another stage has. */
  final void completeAs(@Nullable V value, @Nullable Throwable failure) {
    if (failure == null) {
      complete(value);
    } else {
      completeExceptionally(failure);
    }
  }

  /** Cancels a loader's stage, if it can be, as the cache itself does. */
  static void cancel(CompletionStage<?> source) {
    try {
      Future<?> future = source instanceof Future<?> itself ? itself : source.toCompletableFuture();
      future.cancel(true);
    } catch (UnsupportedOperationException e) {
      return; // it cannot be
    }
  }
}
