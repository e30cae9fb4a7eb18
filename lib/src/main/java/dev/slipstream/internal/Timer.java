package dev.slipstream.internal;

import java.util.concurrent.TimeUnit;

/** Runs tasks later, on the wall clock. */
@FunctionalInterface
public interface Timer {
  /**
   * Runs a task after a delay, unless it is cancelled before.
   *
   * @param task runs on a thread that keeps no time; it has to be quick, and is not a user's code.
   *     A {@link Resumable} that throws runs again, a little later
   * @param delay how long to wait; zero or less for no time
   * @param unit the unit of the delay
   * @return a handle that cancels
   * @throws Error if no thread can be started to keep the time; the task will not run
   */
  Handle schedule(Runnable task, long delay, TimeUnit unit);

  /**
   * Does as {@link #schedule}, for a task that may run users' code: it runs on {@link
   * Threads#callbacks()}.
   *
   * @param task runs there
   * @param delay how long to wait; zero or less for no time
   * @param unit the unit of the delay
   * @return a handle that cancels
   * @throws Error if no thread can be started to keep the time; the task will not run
   */
  default Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
    return schedule((Resumable) () -> Threads.callbacks().execute(task), delay, unit);
  }

  /** A task that is scheduled. */
  @FunctionalInterface
  interface Handle {
    /** Keeps the task from being run, unless it has begun, and lets go of it. */
    void cancel();
  }
}
