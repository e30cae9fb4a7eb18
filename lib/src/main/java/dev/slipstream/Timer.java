package dev.slipstream;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one daemon thread that all caches' timeouts share. It runs nobody's code: each task that is
 * due goes to the library's own pool.
 */
final class Timer {
  private static final ScheduledThreadPoolExecutor THREAD = create();

  private Timer() {}

  /** Runs the task on the library's pool after a time on the wall clock, unless cancelled. */
  static Future<?> schedule(Runnable task, long delay, TimeUnit unit) {
    SafeExecutor pool = new SafeExecutor(DefaultExecutor.get());
    return THREAD.schedule(() -> pool.execute(task), delay, unit);
  }

  private static ScheduledThreadPoolExecutor create() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "slipstream-timer");
              thread.setDaemon(true);
              thread.setContextClassLoader(null); // not the one of whoever came first
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
