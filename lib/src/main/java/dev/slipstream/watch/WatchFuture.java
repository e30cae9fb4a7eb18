package dev.slipstream.watch;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A future of one caller's own that stands for something held on its behalf. In whatever way the
 * caller ends it, what is held is given up first, before the caller's dependents run: these may
 * take their time.
 */
abstract class WatchFuture<T> extends CompletableFuture<T> {

  /** Gives up what is held; does nothing the second time. */
  abstract void release();

  /** Completes this with what was waited for. */
  final void deliver(T value) {
    super.complete(value);
  }

  /** Fails this because the wait did. */
  final void fail(Throwable failure) {
    super.completeExceptionally(failure);
  }

  @Override
  public final boolean complete(T value) {
    release();
    return super.complete(value);
  }

  @Override
  public final boolean completeExceptionally(Throwable failure) {
    Objects.requireNonNull(failure, "failure");
    release();
    return super.completeExceptionally(failure);
  }

  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    release();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public final CompletableFuture<T> completeAsync(
      Supplier<? extends T> supplier, Executor executor) {
    Objects.requireNonNull(supplier, "supplier");
    executor.execute(() -> completeFrom(supplier));
    return this;
  }

  private void completeFrom(Supplier<? extends T> supplier) {
    if (isDone()) {
      return;
    }
    try {
      complete(supplier.get());
    } catch (Throwable e) {
      completeExceptionally(e);
    }
  }

  @Override
  public final void obtrudeValue(T value) {
    release();
    super.obtrudeValue(value);
  }

  @Override
  public final void obtrudeException(Throwable failure) {
    release();
    super.obtrudeException(failure);
  }

  /** Returns a plain future: what is derived from this one holds nothing. */
  @Override
  public final <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
