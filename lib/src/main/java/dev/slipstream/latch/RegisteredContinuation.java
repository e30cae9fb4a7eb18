package dev.slipstream.latch;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.latch.ContinuationCounts.Fate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One continuation, from its registration to its end: it waits for its job, and is then handed to
 * the executor as a task. This one has no options: it runs once, whatever the outcome.
 */
class RegisteredContinuation<T> implements Runnable {
  final Continuations<T> job;
  final String name;
  private final Continuation<? super T> continuation;

  RegisteredContinuation(Continuations<T> job, String name, Continuation<? super T> continuation) {
    this.job = job;
    this.name = Objects.requireNonNull(name, "name");
    this.continuation = Objects.requireNonNull(continuation, "continuation");
  }

  /**
   * Takes what it needs to wait for the outcome, from the one that it replaces or anew; false if
   * that is not to be had. Called under the job's monitor.
   */
  boolean enter(@Nullable RegisteredContinuation<T> replaced) {
    return true;
  }

  /** Gives back what it has: it will not run. Called under the job's monitor. */
  void withdraw() {}

  /** Takes what it needs to run. Called under the job's monitor, once the outcome is known. */
  Fate admit(Outcome<T> outcome) {
    return Fate.FIRED;
  }

  /**
   * Hands it over, if it was admitted and is not to run on the thread that delivers the outcome.
   */
  void fire() {
    job.execute(this);
  }

  /** Runs it, if it is to run on the thread that delivers the outcome. */
  void fireHere() {}

  /** Runs it. The job's executor calls this once, whatever the user's executor does. */
  @Override
  public void run() {
    long start = System.nanoTime();
    Throwable failure = call();
    job.counts.ended(System.nanoTime() - start, false, failure == null);
    if (failure != null) {
      Messages.failed(this, failure);
      InterruptibleRun.keepInterrupt(failure);
    }
  }

  /** Gives the continuation the outcome, and returns what it threw. */
  final @Nullable Throwable call() {
    try {
      continuation.onComplete(job.latched());
      return null;
    } catch (Throwable e) {
      return e;
    }
  }
}
