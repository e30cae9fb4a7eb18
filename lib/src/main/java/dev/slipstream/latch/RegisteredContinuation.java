package dev.slipstream.latch;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.internal.Resumable;
import dev.slipstream.latch.ContinuationCounts.Fate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One continuation, from its registration to its end: it waits for its job, and is then handed to
 * the executor as a task. This one has no options: it runs once, whatever the outcome.
 */
class RegisteredContinuation<T> implements Resumable {
  final Continuations<T> job;
  final String name;
  final Continuation<? super T> continuation;

  /** Whether it was handed over. Of the thread that hands over. */
  private boolean fired;

  /** Whether the continuation was called. Of the thread that runs this. */
  private boolean called;

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
   * Hands it over, if it was admitted and is not to run on the thread that ends the job. Does so
   * once; if it throws, it is to be called again.
   */
  void fire() {
    if (!fired) {
      job.execute(this);
      fired = true;
    }
  }

  /** Runs it, if it is to run on the thread that ends the job; may be called again as well. */
  void fireHere() {}

  /** Runs it. The job's executor calls this again only if it ended before the continuation ran. */
  @Override
  public void run() {
    if (called) {
      return;
    }
    Outcome<T> outcome = job.latched();
    long start = System.nanoTime();
    Throwable failure = null;
    called = true;
    try {
      continuation.onComplete(outcome);
    } catch (Throwable e) {
      failure = e;
    }
    job.counts.ended(System.nanoTime() - start, false, failure == null);
    if (failure != null) {
      Messages.failed(this, failure);
      InterruptibleRun.keepInterrupt(failure);
    }
  }
}
