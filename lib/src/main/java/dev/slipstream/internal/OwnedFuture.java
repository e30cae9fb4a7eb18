package dev.slipstream.internal;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A future of one caller's own, which stands for something that is held on the caller's behalf.
 * Each way in which the caller can end it gives that up first and completes after, so that the
 * caller's dependents, which run inside the completion, hold up nobody; and completes in any case,
 * whatever the giving up throws.
 *
 * @param <T> the type of values
 */
public abstract class OwnedFuture<T extends @Nullable Object> extends CompletableFuture<T> {

  /** Makes a future that is not complete. */
  protected OwnedFuture() {}

  /** Gives up what is held. It acts at most once, and not after the end. */
  protected abstract void release();

  /**
   * Completes this with what was waited for, and gives up nothing.
   *
   * @param value the value, unless it failed
   * @param failure why it failed, or null
   * @return whether this call completed it
   */
  @SuppressWarnings("NullAway") // a value is there, or T may be null
  protected final boolean deliver(@Nullable T value, @Nullable Throwable failure) {
    return failure == null ? super.complete(value) : super.completeExceptionally(failure);
  }

  @Override
  public final boolean complete(@Nullable T value) {
    return end(value, null);
  }

  @Override
  public final boolean completeExceptionally(Throwable failure) {
    return end(null, Objects.requireNonNull(failure, "failure"));
  }

  /** Completes with a CancellationException that has no stack trace: it is cheap. */
  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    if (!isDone()) {
      boolean unused = end(null, new CancelledByOwner());
    }
    return isCancelled();
  }

  @Override
  public final CompletableFuture<T> completeAsync(
      Supplier<? extends T> supplier, Executor executor) {
    Objects.requireNonNull(supplier, "supplier");
    executor.execute(() -> completeFrom(supplier));
    return this;
  }

  /**
   * Returns a plain future: what is derived from this one holds nothing, unless a subclass says.
   */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  private boolean end(@Nullable T value, @Nullable Throwable failure) {
    if (isDone()) {
      return false;
    }
    boolean ended;
    try {
      release();
    } finally {
      try {
        ended = deliver(value, failure);
      } catch (StackOverflowError e) { // not a dependent's: there may be room for one more try
        ended = deliver(value, failure);
      }
    }
    return ended;
  }

  private void completeFrom(Supplier<? extends T> supplier) {
    if (isDone()) {
      return;
    }
    T value;
    try {
      value = supplier.get();
    } catch (Throwable e) { // as the JDK does
      completeExceptionally(e instanceof CompletionException ? e : new CompletionException(e));
      return;
    }
    complete(value);
  }

  /** Says that the caller cancelled its own future; made for each call, without a stack trace. */
  private static final class CancelledByOwner extends CancellationException {
    private static final long serialVersionUID = 1L;

    CancelledByOwner() {
      super("the caller cancelled its handle");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
