package dev.slipstream.latch;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.internal.Timer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a continuation that has options. Its timeout interrupts it by the protocol of {@link
 * InterruptibleRun}.
 *
 * <p>An executor may run its tasks on the thread that hands them over. A continuation that ends
 * there says so to its queue by what {@link #handOver} returns, and does not start the next from
 * within: a long queue would else be a deep stack.
 */
final class Attempt implements Runnable {
  private final ConfiguredContinuation<?> registered;
  private final InterruptibleRun running = new InterruptibleRun();

  /** The thread that hands it over. Written by that thread; others only see that it is not they. */
  private @Nullable Thread handingOver;

  /** Whether it was the last, and ran while it was handed over. That thread's own. */
  private boolean endedWithin;

  Attempt(ConfiguredContinuation<?> registered) {
    this.registered = registered;
  }

  /** Hands it to the executor; true if this thread has run it, and it was the last. */
  boolean handOver() {
    handingOver = Thread.currentThread();
    registered.job.execute(this);
    handingOver = null;
    return endedWithin;
  }

  /**
   * Returns whether the thread that hands it over is to look after the queue, now that it was the
   * last.
   */
  boolean endsWithinHandOver() {
    endedWithin = handingOver == Thread.currentThread();
    return endedWithin;
  }

  /** Runs it, once, whatever an executor does with it. */
  @Override
  public void run() {
    if (!running.begin()) {
      return;
    }
    Timer.Handle clock = registered.startClock(running::interrupt);
    long start = System.nanoTime();
    Throwable failure = registered.call();
    long nanos = System.nanoTime() - start;
    boolean interrupted = running.end();
    if (clock != null) {
      clock.cancel();
    }
    registered.ended(this, nanos, interrupted, failure);
    if (!interrupted) {
      InterruptibleRun.keepInterrupt(failure);
    }
  }
}
