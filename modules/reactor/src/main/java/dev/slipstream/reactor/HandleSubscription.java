package dev.slipstream.reactor;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.util.context.ContextView;

/**
 * One subscriber's handle on a fetch: what completes the handle is signalled, and a cancel is a
 * leave. A value waits until it is requested; the other ends do not.
 */
final class HandleSubscription<T> implements Subscription {
  // states: WAITING -> REQUESTED -> ENDED, or WAITING -> READY -> ENDED; or ENDED from any
  private static final int WAITING = 0;
  private static final int REQUESTED = 1;
  private static final int READY = 2; // the value is there, and not requested
  private static final int ENDED = 3; // signalled, or cancelled: whichever thread sets it acts

  private final CoreSubscriber<? super T> subscriber;
  private final AtomicInteger state = new AtomicInteger(WAITING);

  /** Written before READY, read after it. */
  private @Nullable T value;

  /** Written by the subscribing thread; a cancel that does not find it is found by that thread. */
  private volatile @Nullable CompletableFuture<@Nullable T> handle;

  HandleSubscription(CoreSubscriber<? super T> subscriber) {
    this.subscriber = subscriber;
  }

  /** Makes the call, unless the subscriber has cancelled by now. */
  void start(Function<ContextView, CompletableFuture<@Nullable T>> call) {
    if (state.get() == ENDED) {
      return;
    }
    CompletableFuture<@Nullable T> made;
    try {
      made = call.apply(subscriber.currentContext());
    } catch (Throwable e) {
      Exceptions.throwIfFatal(e);
      deliver(null, e);
      return;
    }
    handle = made;
    if (state.get() == ENDED) { // cancelled during the call
      made.cancel(false);
    } else {
      var unused = made.handle(this::deliver);
    }
  }

  private @Nullable Void deliver(@Nullable T result, @Nullable Throwable failure) {
    if (failure != null) {
      if (end()) {
        subscriber.onError(failure);
      }
    } else if (result == null) {
      if (end()) {
        subscriber.onComplete();
      }
    } else {
      value = result;
      if (!state.compareAndSet(WAITING, READY) && state.compareAndSet(REQUESTED, ENDED)) {
        emit(result);
      }
    }
    return null;
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)
        && !state.compareAndSet(WAITING, REQUESTED)
        && state.compareAndSet(READY, ENDED)) {
      emit(Objects.requireNonNull(value));
    }
  }

  private void emit(T result) {
    subscriber.onNext(result);
    subscriber.onComplete();
  }

  @Override
  public void cancel() {
    if (end()) {
      CompletableFuture<@Nullable T> made = handle;
      if (made != null) {
        made.cancel(false);
      }
    }
  }

  /** Returns true for the one call that ends it. */
  private boolean end() {
    return state.getAndSet(ENDED) != ENDED;
  }
}
