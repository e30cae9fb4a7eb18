package dev.slipstream.watch;

import dev.slipstream.internal.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again, after longer and longer delays, until it is stopped. A delay is counted
 * from the end of the look before it, so that slow looks do not pile up.
 */
final class Poller {
  private static final long SHORTEST_MILLIS = 25;
  private static final long LONGEST_MILLIS = 1_000;

  private final Timer timer;
  private final Executor executor;
  private final Runnable look;
  private final Consumer<Throwable> onFailure;
  private final Object lock = new Object();

  /** The poll to come; null before the first and once stopped. Guarded by the lock. */
  private @Nullable Poll next;

  /** Guarded by the lock. */
  private boolean stopped;

  /**
   * Makes a poller that has not begun.
   *
   * @param onFailure is called if no thread can be started to keep the time: there is no poll then
   */
  Poller(Timer timer, Executor executor, Runnable look, Consumer<Throwable> onFailure) {
    this.timer = timer;
    this.executor = executor;
    this.look = look;
    this.onFailure = onFailure;
  }

  /** Begins, or begins anew with the shortest delay. */
  void restart() {
    try {
      synchronized (lock) {
        if (!stopped) {
          unschedule();
          schedule(SHORTEST_MILLIS);
        }
      }
    } catch (RuntimeException | Error noThread) {
      onFailure.accept(noThread);
    }
  }

  void stop() {
    synchronized (lock) {
      stopped = true;
      unschedule();
    }
  }

  private void schedule(long delay) {
    Poll poll = new Poll(delay);
    next = poll;
    poll.due = timer.scheduleCallback(() -> hand(poll), delay, TimeUnit.MILLISECONDS);
  }

  private void hand(Poll poll) {
    try {
      executor.execute(poll);
    } catch (RuntimeException | Error rejection) {
      onFailure.accept(rejection);
    }
  }

  private void unschedule() {
    Poll poll = next;
    next = null;
    if (poll != null && poll.due != null) {
      poll.due.cancel();
    }
  }

  private boolean isNext(Poll poll) {
    synchronized (lock) {
      return next == poll;
    }
  }

  private void scheduleAfter(Poll poll) {
    try {
      synchronized (lock) {
        if (next == poll) {
          schedule(Math.min(2 * poll.delay, LONGEST_MILLIS));
        }
      }
    } catch (RuntimeException | Error noThread) {
      onFailure.accept(noThread);
    }
  }

  /** One look: nothing, if the poller was stopped or restarted since it was scheduled. */
  private final class Poll implements Runnable {
    private final long delay;

    /** Guarded by the poller's lock. */
    private Timer.@Nullable Handle due;

    Poll(long delay) {
      this.delay = delay;
    }

    @Override
    public void run() {
      if (isNext(this)) {
        look.run();
        scheduleAfter(this);
      }
    }
  }
}
