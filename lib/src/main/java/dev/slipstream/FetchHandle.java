package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One caller's private handle on a fetch.
 *
 * <pre>{@code
 * FetchHandle<User> handle = users.getOrFetch(42, this::queryUser);
 *
 * handle.orTimeout(200, TimeUnit.MILLISECONDS); // this caller leaves then, and no other
 * handle.thenAccept(this::show);
 * }</pre>
 *
 * <p>It completes with the value, with null if there is none, or with the failure itself: what the
 * loader threw, or a {@link FetchException}. As with any {@link
 * java.util.concurrent.CompletableFuture}, {@code join} throws a {@code CompletionException} and
 * {@code get} an {@code ExecutionException} with that as cause.
 *
 * <p>Whatever the caller does to it ({@code cancel}, {@code complete}, {@code
 * completeExceptionally}, {@code orTimeout}, {@code completeOnTimeout}, {@code completeAsync})
 * touches no other caller of the same fetch: this caller <em>leaves</em>. When the last one leaves,
 * the fetch itself is cancelled.
 *
 * <p><b>What is not a leave:</b> dropping the handle; {@code handle.get(timeout, unit)} timing out,
 * after which the handle still waits; and cancelling or timing out a <em>derived</em> stage such as
 * {@code handle.thenApply(…).orTimeout(…)}. Call {@code handle.orTimeout(…)} first and derive
 * afterwards, or derive by {@link #map}, whose end is a leave.
 *
 * <p>A dependent stage that is slow or blocks delays no other caller: handles that have dependents
 * are completed last, each by a task of its own on the cache's continuation executor. (A stage that
 * is attached while the outcome is being delivered may run within the delivery.) {@code
 * obtrudeValue} and {@code obtrudeException} throw {@link UnsupportedOperationException}. A cached
 * value's handle is complete when the caller gets it, and all hits on it may return the same one.
 *
 * @param <V> the type of the value; a handle completes with null if there is no value
 */
public abstract class FetchHandle<V> extends PrivateFuture<V> {

  FetchHandle() {}

  /**
   * Returns where the value comes from.
   *
   * @return the origin; it never changes
   */
  public abstract Origin origin();

  /**
   * Returns the number of the fetch that this caller started or joined: see {@link
   * FetchContext#fetchId()}.
   *
   * @return the number, given on first use; 0 for a call that joined and started none: a hit, or
   *     one that was refused
   */
  public abstract long fetchId();

  /**
   * Returns the value, waiting for it if need be, as {@link CoalescingCache#get(Object, Loader)}
   * does: unlike {@code join}, an interrupt ends the wait, and what is thrown is an exception of
   * this caller's own.
   *
   * @return the value, or null if there is none
   * @throws FetchException if the fetch failed, with the loader's exception as its cause; if this
   *     thread was interrupted: the cause is then an {@link InterruptedException}, the thread's
   *     interrupt flag is set and this handle has left the fetch; or if the caller itself has ended
   *     this handle by a cancel, with the {@link java.util.concurrent.CancellationException} as its
   *     cause
   */
  public abstract @Nullable V await();

  /**
   * Returns the value, waiting at most {@code timeout}: see {@link #await()}.
   *
   * @param timeout how long this caller waits, on the wall clock. If it is zero or less, the handle
   *     must be complete
   * @return the value, or null if there is none
   * @throws FetchTimeoutException if the timeout elapsed; this handle has left the fetch and is
   *     cancelled
   * @throws FetchException if the fetch failed, or this thread was interrupted
   */
  public abstract @Nullable V await(Duration timeout);

  /**
   * Returns a future of what a function makes of the value. It is as much this caller's as the
   * handle is: whatever ends it before its time ({@code cancel}, {@code orTimeout}, …) cancels this
   * handle, which leaves the fetch. So does the end of a stage that is derived directly from it,
   * such as {@code handle.map(fn).thenApply(…)}, for frameworks that hand their callers a stage of
   * their own; stages that are derived from those leave nothing.
   *
   * <pre>{@code
   * CompletableFuture<String> name = users.getOrFetch(42, this::queryUser).map(User::name);
   *
   * name.cancel(true); // this caller leaves
   * }</pre>
   *
   * @param fn is given the value, or null if there is none, as a stage that depends on this handle.
   *     What it throws fails the future
   * @param <U> the type of the result
   * @return a future that fails as this handle does, with the same exception
   */
  @CheckReturnValue
  public final <U> CompletableFuture<@Nullable U> map(
      Function<? super @Nullable V, ? extends @Nullable U> fn) {
    return MappedFuture.of(this, Objects.requireNonNull(fn, "fn"));
  }

  /**
   * Registers a continuation that gets the outcome of the fetch, also after this caller has left
   * it. It is a task of its own on the cache's continuation executor. It does not keep the fetch
   * alive: without callers the fetch is cancelled and the continuation gets {@link
   * dev.slipstream.latch.Outcome.Abandoned}. (A continuation that captures this handle keeps the
   * fetch from being collected, should its loader lose its promise.)
   *
   * @param name unique within this handle; a second continuation of that name replaces the first
   * @param continuation gets the outcome, once
   * @return {@link Registration#ADDED}, {@link Registration#REPLACED}, or {@link
   *     Registration#RAN_NOW} if the outcome was known already
   */
  public final Registration onComplete(String name, Continuation<? super V> continuation) {
    return onComplete(name, ContinuationOptions.defaults(), continuation);
  }

  /**
   * Registers a continuation with options: see {@link #onComplete(String, Continuation)}.
   *
   * @param name unique within this handle; a second continuation of that name replaces the first
   * @param options how it is run
   * @param continuation gets the outcome, if its options ask for it and its queue has room
   * @return {@link Registration#ADDED}, {@link Registration#REPLACED}, or {@link
   *     Registration#RAN_NOW} if the outcome was known already
   * @throws dev.slipstream.latch.ContinuationRefusedException if its queue is full and refuses;
   *     nothing has changed then
   */
  public abstract Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation);
}
