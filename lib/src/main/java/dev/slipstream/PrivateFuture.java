package dev.slipstream;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A future of one caller's own: each way in which the caller can end it is a leave first and a
 * completion after (G3), so that the caller's dependents, which run inside the completion, hold up
 * nobody. Who wins the completion itself is the future's own business; {@link #leave} acts once.
 */
abstract class PrivateFuture<T> extends CompletableFuture<@Nullable T> {
  private static final int COUNTED = 1;
  private static final int RECORDED = 2;

  PrivateFuture() {}

  /** Takes this caller off what it waits for; acts at most once, and not after the end. */
  void leave() {}

  /** Returns the loads that a thread blocked on this waits for, as {@link WaitGraph} wants them. */
  Object awaitedLoads() {
    return List.of();
  }

  /**
   * Returns how many dependents are known to be harmless to run in a fan-out: threads blocked on
   * this, and the cancellers of this library's own timers.
   */
  int harmlessDependents() {
    return 0;
  }

  void addHarmlessDependents(int delta) {}

  /** Completes this with what it waited for: no leave. */
  final void deliver(@Nullable T value, @Nullable Throwable failure) {
    if (failure == null) {
      super.complete(value);
    } else {
      super.completeExceptionally(failure);
    }
  }

  @Override
  public final boolean complete(@Nullable T value) {
    if (isDone()) {
      return false;
    }
    leave();
    return super.complete(value);
  }

  @Override
  public final boolean completeExceptionally(Throwable failure) {
    Objects.requireNonNull(failure, "failure");
    if (isDone()) {
      return false;
    }
    leave();
    return super.completeExceptionally(failure);
  }

  /** Leaves, and completes with a CancellationException that has no stack trace: it is cheap. */
  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    if (!isDone()) {
      leave();
      super.completeExceptionally(new LeftException());
    }
    return isCancelled();
  }

  @Override
  public final CompletableFuture<@Nullable T> completeAsync(
      Supplier<? extends @Nullable T> supplier, Executor executor) {
    Objects.requireNonNull(supplier, "supplier");
    executor.execute(() -> completeFrom(supplier));
    return this;
  }

  @Override
  public final CompletableFuture<@Nullable T> orTimeout(long timeout, TimeUnit unit) {
    Objects.requireNonNull(unit, "unit");
    Runnable end =
        () ->
            completeExceptionally(
                new TimeoutException("the caller left after %d %s".formatted(timeout, unit)));
    endAfter(end, timeout, unit);
    return this;
  }

  @Override
  public final CompletableFuture<@Nullable T> completeOnTimeout(
      @Nullable T value, long timeout, TimeUnit unit) {
    Objects.requireNonNull(unit, "unit");
    endAfter(() -> complete(value), timeout, unit);
    return this;
  }

  @Override
  public final @Nullable T join() {
    int wait = beforeWait();
    try {
      return super.join();
    } finally {
      afterWait(wait);
    }
  }

  @Override
  public final @Nullable T get() throws InterruptedException, ExecutionException {
    int wait = beforeWait();
    try {
      return super.get();
    } finally {
      afterWait(wait);
    }
  }

  @Override
  public final @Nullable T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    int wait = beforeWait();
    try {
      return super.get(timeout, unit);
    } finally {
      afterWait(wait);
    }
  }

  /** Returns a plain future: what is derived from a private one has nobody to leave. */
  @Override
  public final <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  /**
   * Always refuses.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public final void obtrudeValue(@Nullable T value) {
    throw new UnsupportedOperationException("a fetch's outcome is final: obtrudeValue is refused");
  }

  /**
   * Always refuses.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public final void obtrudeException(Throwable failure) {
    throw new UnsupportedOperationException(
        "a fetch's outcome is final: obtrudeException is refused");
  }

  private void completeFrom(Supplier<? extends @Nullable T> supplier) {
    if (isDone()) {
      return;
    }
    try {
      complete(supplier.get());
    } catch (Throwable e) {
      completeExceptionally(e);
    }
  }

  /** Ends this by a task of the library's pool; the timer goes when this is done. */
  private void endAfter(Runnable end, long timeout, TimeUnit unit) {
    if (isDone()) {
      return;
    }
    Future<?> timer = Timer.schedule(end, timeout, unit);
    var unused = whenComplete((value, failure) -> timer.cancel(false));
    addHarmlessDependents(1);
  }

  /**
   * Records that this thread is about to block. It counts as a harmless dependent only if no other
   * dependent is there: were it counted before the JDK has linked it, beside one that may be slow,
   * a fan-out could take that one for the thread.
   */
  private int beforeWait() {
    if (isDone()) {
      return 0;
    }
    int wait = WaitGraph.enter(awaitedLoads()) ? RECORDED : 0;
    if (getNumberOfDependents() <= harmlessDependents()) {
      addHarmlessDependents(1);
      wait |= COUNTED;
    }
    return wait;
  }

  private void afterWait(int wait) {
    if ((wait & RECORDED) != 0) {
      WaitGraph.leave(awaitedLoads());
    }
    if ((wait & COUNTED) != 0) {
      addHarmlessDependents(-1);
    }
  }

  /** Says that the caller cancelled its own handle; made for each call, without a stack trace. */
  private static final class LeftException extends CancellationException {
    private static final long serialVersionUID = 1L;

    LeftException() {
      super("the caller cancelled its handle");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
