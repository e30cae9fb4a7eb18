package dev.slipstream;

import dev.slipstream.internal.OwnedFuture;
import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Threads;
import dev.slipstream.internal.Timer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A caller's own future on fetches: each way in which the caller can end it is a leave first and a
 * completion after (G3). {@link #leave} acts once; which completion wins is the future's own
 * business.
 */
abstract class PrivateFuture<T> extends OwnedFuture<@Nullable T> {
  private static final int COUNTED = 1;
  private static final int RECORDED = 2;

  PrivateFuture() {}

  /** Takes this caller off what it waits for; acts at most once, and not after the end. */
  void leave() {}

  /** Returns whether it failed with a failure of the library's own, not a loader's. */
  boolean hasOwnFailure() {
    return false;
  }

  /** Returns the loads that a thread blocked on this waits for, as {@link WaitGraph} needs them. */
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

  /** Returns what ends this after a time. */
  Timer timer() {
    return Threads.timer();
  }

  /** Returns how this stands, for a text; never its value. */
  final String describeState() {
    if (!isDone()) {
      return "not completed";
    }
    return isCompletedExceptionally() ? "completed exceptionally" : "completed";
  }

  @Override
  protected final void release() {
    leave();
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

  /**
   * Ends this after a time: the leave comes on the library's pool, and so does the completion,
   * unless it runs dependents that could be slow. The timer goes when this is done.
   */
  private void endAfter(Runnable end, long timeout, TimeUnit unit) {
    if (isDone()) {
      return;
    }
    Timer.Handle timer = timer().schedule((Resumable) () -> endNow(end), timeout, unit);
    var unused =
        handle((value, failure) -> cancelled(timer)); // not whenComplete, as in LoadContext
    addHarmlessDependents(1);
  }

  private static @Nullable Void cancelled(Timer.Handle timer) {
    timer.cancel();
    return null;
  }

  private void endNow(Runnable end) {
    if (isDone()) {
      return;
    }
    if (getNumberOfDependents() <= harmlessDependents()) {
      end.run();
      return;
    }
    try {
      leave();
    } finally {
      Threads.callbacks().execute(end);
    }
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
    try {
      if ((wait & RECORDED) != 0) {
        WaitGraph.leave(awaitedLoads());
      }
    } finally {
      if ((wait & COUNTED) != 0) {
        addHarmlessDependents(-1);
      }
    }
  }
}
