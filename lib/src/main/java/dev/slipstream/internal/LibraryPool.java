package dev.slipstream.internal;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is due on the timer, on platform threads: timeouts must not wait for the carriers of
 * virtual threads. One worker drains one queue. The timer's thread, which fills it, looks at it
 * again and again while it is not empty: if no task was taken between two looks, it starts a worker
 * more, and twice as many at each such look that follows; while tasks are taken, no more than there
 * are processors. So a million tasks at once need few threads, and a few that are stuck hold up
 * nobody. If no thread can be started, the next look tries again.
 *
 * <p>The monitor is entered by the timer's thread and by workers, on stacks of their own. The class
 * is what its workers run, as a lambda might be linked when its class loader is closed already: no
 * worker would start then, and the timer's thread would try again without end.
 */
final class LibraryPool implements Runnable {
  /** How long the timer's thread waits between two looks. */
  static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long KEEP_ALIVE_MILLIS = 8_000;
  private static final int MOST_DOUBLINGS = 10;

  private final Object monitor = new Object();
  private final int processors = Runtime.getRuntime().availableProcessors();

  // All of these are guarded by the monitor.
  private @Nullable TimerEntry first;
  private @Nullable TimerEntry last;
  private int waiting; // tasks
  private int workers; // threads, the one that idles included
  private int idle; // those that wait for a task: 0 or 1
  private long taken; // tasks, by all workers so far
  private long takenThen; // as of the last look
  private long lookedAt;
  private int stalls; // looks in a row that found no task taken

  /** Adds a task. Called by the timer's thread. */
  void add(TimerEntry task, long now) {
    synchronized (monitor) {
      if (last == null) {
        first = task;
        takenThen = taken;
        lookedAt = now;
      } else {
        last.next = task;
      }
      last = task;
      waiting++;
      if (idle > 0) {
        monitor.notify();
      }
    }
  }

  /** Starts workers if there is need. Returns whether tasks wait. Called by the timer's thread. */
  boolean look(long now) {
    int missing;
    synchronized (monitor) {
      if (first == null) {
        return false;
      }
      missing = missingWorkers(now);
      workers += missing;
    }
    int started = 0;
    try {
      while (started < missing) {
        DaemonThreads.create("slipstream-library", this).start();
        started++;
      }
    } catch (Throwable e) { // no thread can be started: the next look tries again
      synchronized (monitor) {
        workers -= missing - started;
      }
    }
    return true;
  }

  /** Called under the monitor. */
  private int missingWorkers(long now) {
    if (workers == 0) {
      return 1;
    }
    if (now - lookedAt < LOOK_NANOS) {
      return 0;
    }
    boolean stalled = taken == takenThen;
    takenThen = taken;
    lookedAt = now;
    if (!stalled) {
      stalls = 0;
      return workers < processors ? 1 : 0;
    }
    int missing = Math.min(waiting, 1 << stalls);
    stalls = Math.min(stalls + 1, MOST_DOUBLINGS);
    return missing;
  }

  /** A worker's work; for the threads that are started here. */
  @Override
  public void run() {
    for (TimerEntry task = take(); task != null; task = take()) {
      task.run();
      Thread.interrupted();
    }
  }

  /** Returns the next task, or null if this thread is to end: at most one idles. */
  private @Nullable TimerEntry take() {
    synchronized (monitor) {
      if (first == null && (idle > 0 || !awaitTask())) {
        workers--;
        return null;
      }
      TimerEntry task = first;
      if (task != null) {
        first = task.next;
        task.next = null;
        waiting--;
        taken++;
        if (first == null) {
          last = null;
        }
      }
      return task;
    }
  }

  /** Waits for a task; false if none came for some seconds. Called under the monitor. */
  private boolean awaitTask() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KEEP_ALIVE_MILLIS);
    long left = KEEP_ALIVE_MILLIS;
    idle++;
    while (first == null && left > 0) {
      try {
        monitor.wait(left);
      } catch (InterruptedException e) {
        // meant for a task that has ended; the flag is clear now
      }
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    idle--;
    return first != null;
  }
}
