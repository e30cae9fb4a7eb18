package dev.slipstream.latch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The named continuations of one job, and its outcome once it is known.
 *
 * <p>The outcome is latched: the first {@link #complete} decides, and whoever registers later gets
 * it at once. Each registration runs exactly once, as a task of its own on the executor; a
 * registration and the completion exclude each other, so that none is lost between the two. If the
 * executor rejects the task, it runs on a daemon thread of its own.
 *
 * <p>All methods may be called from any thread; none of them runs a continuation itself or waits
 * for one, unless the executor does.
 *
 * @param <T> the type of the job's value
 */
public final class Continuations<T> {
  private final Executor executor;
  private final Object owner;

  /** Those that wait, by name, in the order they came; null once completed. Guarded by this. */
  private @Nullable Map<String, Continuation<? super T>> waiting = new LinkedHashMap<>(4);

  /** Written once, under this; read by anybody. */
  private volatile @Nullable Outcome<T> outcome;

  private Continuations(Executor executor, Object owner) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.owner = Objects.requireNonNull(owner, "owner");
  }

  /**
   * Returns the continuations of a job that its owner will {@link #complete}.
   *
   * @param executor runs the continuations
   * @param <T> the type of the job's value
   * @return an empty set of continuations
   */
  public static <T> Continuations<T> create(Executor executor) {
    return new Continuations<>(executor, "a job");
  }

  /**
   * Returns the continuations of a job that its owner will {@link #complete}.
   *
   * @param executor runs the continuations
   * @param owner whose continuations these are: its {@code toString} appears in log messages
   * @param <T> the type of the job's value
   * @return an empty set of continuations
   */
  public static <T> Continuations<T> create(Executor executor, Object owner) {
    return new Continuations<>(executor, owner);
  }

  /**
   * Returns the continuations of a job that ends as the stage does: with its value, with its
   * failure ({@link CompletionException} taken off), or abandoned if it is cancelled.
   *
   * @param job the job
   * @param executor runs the continuations
   * @param <T> the type of the job's value
   * @return continuations that the stage completes
   */
  public static <T> Continuations<T> of(CompletionStage<? extends T> job, Executor executor) {
    Objects.requireNonNull(job, "job");
    Continuations<T> continuations = create(executor);
    var unused =
        job.whenComplete((value, failure) -> continuations.complete(outcomeOf(value, failure)));
    return continuations;
  }

  /**
   * Registers a continuation, or runs it at once if the outcome is known.
   *
   * @param name one that waits under this name is replaced and will not run
   * @param continuation is told the outcome, once
   * @return {@link Registration#ADDED}, {@link Registration#REPLACED} or {@link
   *     Registration#RAN_NOW}
   */
  public Registration addOrRunNow(String name, Continuation<? super T> continuation) {
    Registration added = tryAdd(name, continuation);
    if (added != null) {
      return added;
    }
    fire(name, continuation, latched());
    return Registration.RAN_NOW;
  }

  /**
   * Registers a continuation, unless the outcome is known.
   *
   * @param name one that waits under this name is replaced and will not run
   * @param continuation is told the outcome, once
   * @return {@link Registration#ADDED} or {@link Registration#REPLACED}
   * @throws AlreadyCompletedException if the job has ended; it carries the outcome
   */
  public Registration addOrThrowIfCompleted(String name, Continuation<? super T> continuation) {
    Registration added = tryAdd(name, continuation);
    if (added != null) {
      return added;
    }
    Outcome<T> known = latched();
    throw new AlreadyCompletedException(
        "continuation '%s' came too late: %s has ended with %s; read the outcome from this exception"
            .formatted(name, owner, known),
        known);
  }

  /**
   * Takes a continuation off.
   *
   * @param name the name it was registered with
   * @return true if it was waiting: it will not run
   */
  public boolean remove(String name) {
    Objects.requireNonNull(name, "name");
    synchronized (this) {
      return waiting != null && waiting.remove(name) != null;
    }
  }

  /**
   * Latches the outcome and hands every continuation that waits to the executor. Only the first
   * call does anything.
   *
   * @param outcome how the job ended
   * @return true for the call that latched
   */
  public boolean complete(Outcome<T> outcome) {
    Objects.requireNonNull(outcome, "outcome");
    Map<String, Continuation<? super T>> ready;
    synchronized (this) {
      if (waiting == null) {
        return false;
      }
      ready = waiting;
      waiting = null;
      this.outcome = outcome;
    }
    ready.forEach((name, continuation) -> fire(name, continuation, outcome));
    return true;
  }

  /**
   * Returns how the job ended.
   *
   * @return the outcome, or nothing while it is not known
   */
  public Optional<Outcome<T>> outcome() {
    return Optional.ofNullable(outcome);
  }

  /**
   * Returns how many continuations wait for the outcome.
   *
   * @return a number; zero once the outcome is known
   */
  public synchronized int waitingCount() {
    return waiting == null ? 0 : waiting.size();
  }

  private @Nullable Registration tryAdd(String name, Continuation<? super T> continuation) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(continuation, "continuation");
    synchronized (this) {
      if (waiting == null) {
        return null;
      }
      return waiting.put(name, continuation) == null ? Registration.ADDED : Registration.REPLACED;
    }
  }

  private Outcome<T> latched() {
    return Objects.requireNonNull(outcome, "outcome");
  }

  private void fire(String name, Continuation<? super T> continuation, Outcome<T> known) {
    Firing<T> task = new Firing<>(name, continuation, known, owner);
    try {
      executor.execute(task);
    } catch (RuntimeException | Error rejected) {
      Thread thread = new Thread(task, "slipstream-continuation");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static <T> Outcome<T> outcomeOf(@Nullable T value, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof CancellationException) {
      return new Outcome.Abandoned<>();
    }
    if (failure == null) {
      return new Outcome.Success<>(value);
    }
    return new Outcome.Failure<>(cause == null ? failure : cause);
  }
}
