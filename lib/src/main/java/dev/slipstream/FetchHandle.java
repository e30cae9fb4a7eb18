package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;

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
 * afterwards.
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
