package dev.slipstream.watch;

import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Threads;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One wait for something that can be looked for. It subscribes, then looks, and looks again at each
 * wake-up. Every wake-up has a look of its own, also while another thread is looking: a state that
 * lasts no longer than the tick that follows it is seen by the thread that ticks. So looks run at
 * the same time; the first that finds something ends the wait. No lock is held meanwhile.
 *
 * <p>The thread that ends the wait, by a look or for the future's owner, releases all that it
 * holds; what another acquires meanwhile that other releases.
 */
abstract class Await<K, T> {
  final K key;

  private final Executor executor;
  private final Wakeups<K> wakeups;
  private final WatchFuture<T> future = new AwaitedFuture();

  /** Set once, by the thread that ends the wait; read by any. */
  private final AtomicBoolean ended = new AtomicBoolean();

  Await(K key, AwaiterSettings<K> settings) {
    this.key = key;
    this.executor = settings.executor();
    this.wakeups = new Wakeups<>(key, settings, this::lookAgain, e -> end(null, e));
  }

  /** Looks; returns what was waited for, or null if it is not there. */
  abstract @Nullable T look();

  /** Gives up what the wait holds besides its wake-ups. */
  void releaseMore() {}

  /** Begins the wait. What the first look finds completes the future here: it is nobody's yet. */
  final CompletableFuture<T> start() {
    wakeups.subscribe();
    look(Runnable::run);
    wakeups.poll();
    return future;
  }

  /** Ends all wake-ups: something else decides now. */
  final void stopWakeups() {
    wakeups.stop();
  }

  final boolean isEnded() {
    return ended.get();
  }

  /** Ends the wait with what it was for, or with a failure; the future completes by a task. */
  final void end(@Nullable T result, @Nullable Throwable failure) {
    end(result, failure, executor);
  }

  private void lookAgain() {
    look(executor);
  }

  private void look(Executor completer) {
    if (isEnded()) {
      return;
    }
    try {
      T result = look();
      if (result != null) {
        end(result, null, completer);
      }
    } catch (Throwable e) {
      end(null, e, completer);
    }
  }

  private void end(@Nullable T result, @Nullable Throwable failure, Executor completer) {
    Resumable completion = completion(result, failure); // before anything is given up
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      giveUp();
    } finally {
      complete(completion, completer);
    }
  }

  private static void complete(Resumable completion, Executor completer) {
    try {
      completer.execute(completion);
    } catch (Throwable e) { // no memory, say; to complete the future twice does no harm
      Threads.timer().scheduleCallback(completion, 0, TimeUnit.NANOSECONDS);
    }
  }

  private Resumable completion(@Nullable T result, @Nullable Throwable failure) {
    if (failure != null) {
      return () -> future.fail(failure);
    }
    T known = Objects.requireNonNull(result, "result");
    return () -> future.succeed(known);
  }

  private void giveUp() {
    try {
      wakeups.stop();
    } finally {
      releaseMore();
    }
  }

  private final class AwaitedFuture extends WatchFuture<T> {
    @Override
    protected void release() {
      if (ended.compareAndSet(false, true)) {
        giveUp();
      }
    }
  }
}
