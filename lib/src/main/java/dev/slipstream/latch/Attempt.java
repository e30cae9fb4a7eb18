package dev.slipstream.latch;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One run of a continuation that has options.
 *
 * <p>The interrupt of a timeout is sent under the monitor that the runner takes when it begins and
 * when it ends, and the runner clears the flag only if it was this timeout that set it: an
 * interrupt meant for this run reaches nothing else that the thread does.
 *
 * <p>An executor may run its tasks on the thread that hands them over. A continuation that ends
 * there tells its queue so by {@link #handOver} returning, and not by starting the next from
 * within: a long queue would else be a deep stack.
 */
final class Attempt implements Runnable {
  private final ManagedFiring<?> firing;

  /** Guarded by this. */
  private boolean begun;

  /** Who runs the continuation; null before and after. Guarded by this. */
  private @Nullable Thread runner;

  /** Whether the timeout came, and the runner was interrupted. Guarded by this. */
  private boolean late;

  /** Who is handing it over. Written by that thread; others only see that it is not they. */
  private @Nullable Thread handingOver;

  /** Whether it was the last, and ran while it was handed over. That thread's own. */
  private boolean endedWithin;

  Attempt(ManagedFiring<?> firing) {
    this.firing = firing;
  }

  /** Hands it to the executor; true if this thread has run it, and it was the last. */
  boolean handOver() {
    handingOver = Thread.currentThread();
    firing.job.execute(this);
    handingOver = null;
    return endedWithin;
  }

  /** Returns whether who hands it over is to see to the queue, now that it was the last. */
  boolean endsWithinHandOver() {
    endedWithin = handingOver == Thread.currentThread();
    return endedWithin;
  }

  /** Runs it, once, whatever an executor does with it. */
  @Override
  public void run() {
    synchronized (this) {
      if (begun) {
        return;
      }
      begun = true;
      runner = Thread.currentThread();
    }
    Future<?> clock = firing.startClock(this::expire);
    long start = System.nanoTime();
    Throwable failure = firing.call();
    long nanos = System.nanoTime() - start;
    boolean interrupted = endRun();
    if (clock != null) {
      clock.cancel(false);
    }
    firing.ended(this, nanos, interrupted, failure);
    if (!interrupted) {
      Firing.keepInterrupt(failure);
    }
  }

  private synchronized void expire() {
    if (runner != null) {
      late = true;
      runner.interrupt();
    }
  }

  /** Takes the runner out of the timeout's reach; true if it was interrupted before. */
  private synchronized boolean endRun() {
    runner = null;
    if (late) {
      Thread.interrupted();
    }
    return late;
  }
}
