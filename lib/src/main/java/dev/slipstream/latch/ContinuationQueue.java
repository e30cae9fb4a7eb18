package dev.slipstream.latch;

import dev.slipstream.internal.Threads;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the continuations of any number of jobs: how many may be there, and how many may run
 * at once.
 *
 * <p>The queue has a number of places. A continuation takes one when its outcome is known (with
 * {@link OverflowPolicy#REFUSE} when it is registered), and gives it back when its last run has
 * ended, or when it is removed, replaced or filtered out. The queue is <em>full</em> when no place
 * is free; what happens then is its policy's. Of those whose outcome is known, so many run at once
 * as there are workers; the others wait, and start in the order they came. A continuation that
 * waits to be tried again keeps its worker, so that what fails is not overrun.
 *
 * <p>The queue has no threads: each run is a task on the executor of its own {@link Continuations}.
 * An executor that takes a task and never runs it keeps the task's place and worker forever, as
 * does, with {@link OverflowPolicy#REFUSE}, a job that never ends.
 */
public final class ContinuationQueue {
  private static final long RETRY_MILLIS = 10;

  private final int capacity;
  private final int workers;
  private final OverflowPolicy policy;

  private final Object lock = new Object();

  /** Those that have a place and wait for a worker. Guarded by lock. */
  private final Queue<ConfiguredContinuation<?>> line = new ArrayDeque<>();

  /** The places that are taken. Guarded by lock. */
  private int taken;

  /** The workers that are busy. Guarded by lock. */
  private int running;

  /** How many found no place. Guarded by lock. */
  private long overflows;

  private ContinuationQueue(int capacity, int workers, OverflowPolicy policy) {
    this.capacity = capacity;
    this.workers = workers;
    this.policy = policy;
  }

  /**
   * Returns an empty queue, to be given to {@link ContinuationOptions#queue}.
   *
   * @param capacity how many continuations it holds, those that run included
   * @param workers how many of them run at once
   * @param policy what becomes of those that find it full
   * @return a queue
   * @throws IllegalArgumentException if there is not at least one worker, and a place for each
   */
  public static ContinuationQueue create(int capacity, int workers, OverflowPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    if (workers < 1 || capacity < workers) {
      throw new IllegalArgumentException(
          "a queue of capacity %d with %d workers was asked for: give it one worker at least, and a"
                  .formatted(capacity, workers)
              + " place for each worker");
    }
    return new ContinuationQueue(capacity, workers, policy);
  }

  /**
   * Returns how many places are taken.
   *
   * @return a number of continuations, at most the capacity
   */
  public int size() {
    synchronized (lock) {
      return taken;
    }
  }

  /**
   * Returns how many continuations have a worker: they run, are about to, or wait to be tried
   * again.
   *
   * @return a number of continuations, at most the number of workers
   */
  public int runningCount() {
    synchronized (lock) {
      return running;
    }
  }

  /**
   * Returns how many continuations have found the queue full since it was made, whatever its policy
   * did with them.
   *
   * @return a count
   */
  public long overflowCount() {
    synchronized (lock) {
      return overflows;
    }
  }

  OverflowPolicy policy() {
    return policy;
  }

  /** Takes a place, or counts that there is none. */
  boolean tryPlace() {
    synchronized (lock) {
      if (taken == capacity) {
        overflows++;
        return false;
      }
      taken++;
      return true;
    }
  }

  /** Gives back the place of a continuation that will not run. */
  void giveBackPlace() {
    synchronized (lock) {
      taken--;
    }
  }

  /**
   * Starts a continuation that has a place, now or as soon as there is a worker. May be called
   * again if it throws.
   */
  void submit(ConfiguredContinuation<?> registered) {
    synchronized (lock) {
      if (running == workers && !registered.hasWorker) {
        if (!registered.inLine) {
          line.add(registered);
          registered.inLine = true;
        }
        return;
      }
      if (!registered.hasWorker) {
        running++;
        registered.hasWorker = true;
      }
    }
    start(registered);
  }

  /** Starts a run of a continuation that has a worker, and then those that can follow it. */
  void start(ConfiguredContinuation<?> first) {
    ConfiguredContinuation<?> registered = first;
    while (registered != null) {
      try {
        registered = registered.handOver() ? next() : null;
      } catch (Throwable e) { // of memory or stack: it keeps its worker until it has run
        startLater(registered);
        return;
      }
    }
  }

  private void startLater(ConfiguredContinuation<?> registered) {
    Threads.timer().schedule(() -> start(registered), RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Takes note that a continuation has ended, and starts the next. */
  void ended() {
    ConfiguredContinuation<?> next = next();
    if (next != null) {
      try {
        start(next);
      } catch (Throwable e) {
        startLater(next);
      }
    }
  }

  /** Gives an ended continuation's place back, and its worker to the next, if there is one. */
  private @Nullable ConfiguredContinuation<?> next() {
    synchronized (lock) {
      ConfiguredContinuation<?> next = line.poll();
      taken--;
      if (next == null) {
        running--;
      } else {
        next.hasWorker = true;
      }
      return next;
    }
  }

  @Override
  public String toString() {
    synchronized (lock) {
      return "ContinuationQueue[%d of %d places taken, %d of %d workers busy, %s, %d overflows]"
          .formatted(taken, capacity, running, workers, policy, overflows);
    }
  }
}
