package dev.slipstream;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Guava's future as a stage: it completes as the future does, and cancels it when cancelled. */
final class ListenableStage<V> extends CompletableFuture<V> implements FutureCallback<V> {
  private final ListenableFuture<? extends V> future;

  private ListenableStage(ListenableFuture<? extends V> future) {
    this.future = future;
  }

  /** Returns a stage of the future's result. */
  static <V> CompletableFuture<V> of(ListenableFuture<? extends V> future) {
    ListenableStage<V> stage = new ListenableStage<>(future);
    Futures.addCallback(future, stage, MoreExecutors.directExecutor());
    return stage;
  }

  @Override
  public void onSuccess(@Nullable V result) {
    complete(result);
  }

  @Override
  public void onFailure(Throwable failure) {
    completeExceptionally(failure);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    future.cancel(mayInterruptIfRunning);
    return cancelled;
  }
}
