package dev.slipstream.latch;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.internal.Resumable;
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
final class Attempt implements Resumable {
  private final ConfiguredContinuation<?> registered;
  private final InterruptibleRun running = new InterruptibleRun();

  /** The thread that hands it over. Written by that thread; others only see that it is not they. */
  private @Nullable Thread handingOver;

  /** Whether it was the last, and ran while it was handed over. That thread's own. */
  private boolean endedWithin;

  // Of the thread that runs it, which may be another after a run that was cut short:
  private Timer.@Nullable Handle clock;
  private boolean called;
  private boolean ended;
  private boolean interrupted;
  private long nanos;
  private @Nullable Throwable failure;

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

  /** Runs it, once, whatever an executor does with it; or does what a run cut short has left. */
  @Override
  public void run() {
    if (!running.begin()) {
      return;
    }
    try {
      if (!called) {
        call(registered);
      }
      end();
    } catch (Throwable e) {
      running.takeBack();
      throw e;
    }
  }

  private <T> void call(ConfiguredContinuation<T> continuation) {
    Outcome<T> outcome = continuation.job.latched();
    clock = continuation.startClock(running);
    nanos = -System.nanoTime();
    called = true;
    try {
      continuation.continuation.onComplete(outcome);
    } catch (Throwable e) {
      failure = e;
    }
    nanos += System.nanoTime();
  }

  private void end() {
    interrupted |= running.end();
    if (clock != null) {
      clock.cancel();
    }
    if (!ended) {
      registered.ended(this, nanos, interrupted, failure);
      ended = true;
    }
    if (!interrupted) {
      InterruptibleRun.keepInterrupt(failure);
    }
  }
}
