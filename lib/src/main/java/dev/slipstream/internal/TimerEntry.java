package dev.slipstream.internal;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A task and its time. It moves from the timer's inbox to the heap, and when it is due to the queue
 * of the library's pool; it lets go of its task when that runs or is cancelled.
 */
final class TimerEntry implements Timer.Handle, Comparable<TimerEntry> {
  private static final AtomicReferenceFieldUpdater<TimerEntry, @Nullable Runnable> TASK =
      AtomicReferenceFieldUpdater.newUpdater(TimerEntry.class, Runnable.class, "task");

  /** So often a {@link Resumable} runs again that has thrown. */
  private static final int MOST_RESUMED = 50;

  /** By {@link System#nanoTime}. Written before it is pushed. */
  long deadline;

  private final TimerThread timer;

  /** Null once it runs or is cancelled: the thread that sets it to null decides. */
  private volatile @Nullable Runnable task;

  /** The next in the inbox, or in the pool's queue: of what holds it. */
  @Nullable TimerEntry next;

  /** How many are in the inbox, this and those below it. Written before it is pushed. */
  int depth;

  /** How often the task has thrown. Of the thread that runs it. */
  private int failures;

  TimerEntry(TimerThread timer, Runnable task, long deadline) {
    this.timer = timer;
    this.task = task;
    this.deadline = deadline;
  }

  @Override
  public void cancel() {
    if (TASK.getAndSet(this, null) != null) {
      timer.countCancelled();
    }
  }

  boolean isCancelled() {
    return task == null;
  }

  /** Runs the task, unless it was cancelled. Called by a worker of the pool. */
  void run() {
    Runnable due = TASK.getAndSet(this, null);
    if (due == null) {
      timer.dropCancelled(1);
      return;
    }
    try {
      due.run();
    } catch (Throwable e) {
      if (due instanceof Resumable && ++failures <= MOST_RESUMED) {
        task = due;
        timer.runAgain(this);
      }
      timer.log(e);
    }
  }

  @Override
  public int compareTo(TimerEntry other) {
    return Long.signum(deadline - other.deadline);
  }
}
