package dev.slipstream.latch;

import static dev.slipstream.internal.Arguments.saturatedNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.internal.Timer;
import dev.slipstream.latch.ContinuationCounts.Fate;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A continuation with options: it may be filtered out, wait in a queue for a place and a worker,
 * run into a timeout, and be tried again. Each of its runs is an {@link Attempt}; there is one at a
 * time, and it is the one that decides what comes next.
 *
 * <p>A place in the queue is taken when the policy says so, and belongs to the thread that takes
 * the continuation out of the job's map, under the job's monitor: a removal or a replacement gives
 * it back, and the completion hands it on to the run, whose end gives it back. So none is lost, and
 * none given back twice, whichever of them race.
 */
final class ConfiguredContinuation<T> extends RegisteredContinuation<T> {
  private final ContinuationOptions options;

  /** Whether it has a place in the queue. Guarded by the job's monitor until it is fired. */
  private boolean placed;

  /** Whether the executor is to run it. Written once, before it is fired. */
  private boolean admitted;

  /**
   * Whether the thread that delivers the outcome is to run it. Written once, before it is fired.
   */
  private boolean here;

  /** How often it may be tried again. Handed on from run to run. */
  private int retriesLeft;

  /** The run that is next, is there, or has ended last. Handed on likewise. */
  private @Nullable Attempt attempt;

  // What its queue has done with it, guarded by the queue's lock:
  boolean inLine;
  boolean hasWorker;

  ConfiguredContinuation(
      Continuations<T> job,
      String name,
      ContinuationOptions options,
      Continuation<? super T> continuation) {
    super(job, name, continuation);
    this.options = options;
    this.retriesLeft = options.retries();
  }

  @Override
  boolean enter(@Nullable RegisteredContinuation<T> replaced) {
    ContinuationQueue queue = options.queue();
    if (queue == null || queue.policy() != OverflowPolicy.REFUSE) {
      return true;
    }
    placed = takesPlaceOf(replaced, queue) || queue.tryPlace();
    return placed;
  }

  private static boolean takesPlaceOf(
      @Nullable RegisteredContinuation<?> replaced, ContinuationQueue queue) {
    if (replaced instanceof ConfiguredContinuation<?> other
        && other.placed
        && queue.equals(other.options.queue())) {
      other.placed = false;
      return true;
    }
    return false;
  }

  @Override
  void withdraw() {
    if (placed) {
      placed = false;
      queue().giveBackPlace();
    }
  }

  @Override
  Fate admit(Outcome<T> outcome) {
    if (!options.accepts(outcome)) {
      withdraw();
      return Fate.FILTERED;
    }
    ContinuationQueue queue = options.queue();
    if (here || admitted) {
      return Fate.FIRED; // decided by a call that was cut short
    }
    if (queue == null || placed || queue.tryPlace()) {
      placed = queue != null;
      admitted = true;
      return Fate.FIRED;
    }
    if (queue.policy() == OverflowPolicy.CALLER_RUNS) {
      here = true;
      return Fate.FIRED;
    }
    return queue.policy() == OverflowPolicy.DROP ? Fate.DROPPED : Fate.REFUSED;
  }

  @Override
  void fire() {
    if (!admitted) {
      return;
    }
    if (placed) {
      queue().submit(this);
    } else {
      boolean unused = handOver();
    }
    admitted = false;
  }

  @Override
  void fireHere() {
    if (here) {
      job.executeByCaller(attempt());
      here = false;
    }
  }

  /**
   * Hands over a run; true if this thread has run it, and it was the last. May be called again if
   * it throws.
   */
  boolean handOver() {
    return attempt().handOver();
  }

  private Attempt attempt() {
    Attempt present = attempt;
    if (present == null) {
      present = new Attempt(this);
      attempt = present;
    }
    return present;
  }

  /** Starts the clock of a run; null if there is none, or no thread to watch it. */
  Timer.@Nullable Handle startClock(InterruptibleRun running) {
    Duration timeout = options.timeout();
    if (timeout == null) {
      return null;
    }
    try {
      return options.timer().schedule(running::interrupt, saturatedNanos(timeout), NANOSECONDS);
    } catch (RuntimeException | Error noThread) { // it runs all the same
      Messages.untimed(this, noThread);
      return null;
    }
  }

  /**
   * Counts and reports a run that has ended, and sees to the next, if there is to be one. May be
   * called again if it throws.
   */
  void ended(Attempt attempt, long nanos, boolean late, @Nullable Throwable failure) {
    boolean success = failure == null && !late;
    boolean foreign = failure instanceof InterruptedException && !late;
    if (!success && !foreign && retriesLeft > 0) {
      job.counts.retried(nanos, late);
      tryAgainLater();
      return;
    }
    job.counts.ended(nanos, late, success);
    if (late) {
      Messages.timedOut(this, failure);
    } else if (failure != null) {
      Messages.failed(this, failure);
    }
    if (placed && !attempt.endsWithinHandOver()) {
      queue().ended();
    }
  }

  private void tryAgainLater() {
    long delay = saturatedNanos(options.retryDelay());
    retriesLeft--;
    attempt = null;
    try {
      options.timer().scheduleCallback(this::tryAgain, delay, NANOSECONDS);
    } catch (RuntimeException | Error noThread) { // better too early than never
      Messages.untimed(this, noThread);
      tryAgain();
    }
  }

  private void tryAgain() {
    if (placed) {
      queue().start(this); // it has kept its worker
    } else {
      boolean unused = handOver();
    }
  }

  private ContinuationQueue queue() {
    return Objects.requireNonNull(options.queue());
  }
}
