package dev.slipstream.watch;

import java.util.concurrent.Future;

/** Keeps the time between polls. */
@FunctionalInterface
interface PollTimer {
  /**
   * Runs the task after a time, unless it is cancelled before, on no thread that keeps the time.
   */
  Future<?> schedule(Runnable task, long millis);
}
