package dev.slipstream.ledger;

import dev.slipstream.internal.Timer;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.ChangeSubscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One wait for something that a ledger can be asked for. It subscribes, then reads, and reads again
 * after a tick, or after a delay that doubles from 25 ms to a second and is 25 ms again after a
 * tick. One read is under way at a time, so no tick is lost: it is marked as seen before the read.
 */
abstract class LedgerWait<K, T> {
  private static final long SHORTEST_MILLIS = 25;
  private static final long LONGEST_MILLIS = 1_000;

  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final Executor executor;
  private final boolean polls;
  private final @Nullable ChangeSubscription subscription;

  /** The last one that was armed. Written by the read, read by the thread that ends the wait. */
  private volatile @Nullable WakeUp wakeUp;

  /** Only used by the read that is under way, or by the wake-up that follows it. */
  private long delay = SHORTEST_MILLIS;

  LedgerWait(K key, @Nullable ChangeHub<K> hub, boolean polls, Executor executor) {
    this.subscription = hub == null ? null : hub.subscribe(key);
    this.polls = polls;
    this.executor = executor;
  }

  /** Reads; the stage completes with what was waited for, or with null if it is not there yet. */
  abstract CompletionStage<@Nullable T> read();

  /** Gives up what the wait holds besides its wake-ups. */
  void release() {}

  final CompletableFuture<T> start() {
    var unused = future.whenComplete((result, failure) -> releaseAll());
    look();
    return future;
  }

  final boolean isDone() {
    return future.isDone();
  }

  private void look() {
    if (future.isDone()) {
      return;
    }
    if (subscription != null) {
      subscription.markUnchanged();
    }
    try {
      var unused = read().whenComplete(this::looked);
    } catch (Throwable failure) {
      looked(null, failure);
    }
  }

  private void looked(@Nullable T found, @Nullable Throwable failure) {
    if (failure != null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      LedgerThreads.execute(
          executor, () -> future.completeExceptionally(cause == null ? failure : cause));
    } else if (found != null) {
      LedgerThreads.execute(executor, () -> future.complete(found));
    } else {
      new WakeUp().arm();
    }
  }

  private void releaseAll() {
    if (subscription != null) {
      subscription.close();
    }
    WakeUp armed = wakeUp;
    if (armed != null) {
      armed.cancel();
    }
    release();
  }

  /** What leads to the next read: a tick or a delay, whichever comes first. */
  private final class WakeUp extends AtomicBoolean {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable CompletableFuture<Long> change =
        subscription == null ? null : subscription.nextChange();

    private transient volatile Timer.@Nullable Handle timer;

    void arm() {
      wakeUp = this;
      if (change != null) {
        var unused = change.thenRunAsync(() -> fire(SHORTEST_MILLIS), executor);
      }
      if (polls) {
        long longer = Math.min(2 * delay, LONGEST_MILLIS);
        timer = LedgerThreads.schedule(executor, () -> fire(longer), delay);
      }
      if (future.isDone() || get()) {
        cancel();
      }
    }

    private void fire(long nextDelay) {
      if (compareAndSet(false, true)) {
        cancel();
        delay = nextDelay;
        look();
      }
    }

    void cancel() {
      Timer.Handle pending = timer;
      if (pending != null) {
        pending.cancel();
      }
      if (change != null) {
        change.cancel(false);
      }
    }
  }
}
