package dev.slipstream.latch;

import dev.slipstream.internal.FallbackExecutor;
import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Texts;
import dev.slipstream.internal.Threads;
import dev.slipstream.latch.ContinuationCounts.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The named continuations of one job, and its outcome once it is known.
 *
 * <p>The outcome is latched: the first {@link #complete} decides, and later registrations get it at
 * once. Each registration runs exactly once, as a task of its own on the executor; a registration
 * and the completion exclude each other, so that none is lost between the two. If the executor
 * rejects the task, it runs on a thread of the library's. {@link ContinuationOptions} say otherwise
 * for a single continuation: that it runs for some outcomes only, may be run several times, or
 * shares a bounded {@link ContinuationQueue}.
 *
 * <p>All methods may be called from any thread; none of them runs a continuation itself or waits
 * for one, unless the executor does, or a queue that is full and whose policy is {@link
 * OverflowPolicy#CALLER_RUNS}. What a continuation throws is logged once, at WARN, with its name
 * and its owner, after its last run.
 *
 * @param <T> the type of the job's value
 */
public final class Continuations<T> {
  private final FallbackExecutor executor;
  private final Object owner;

  /** Its monitor guards all that changes; it is taken before a queue's, and calls no user code. */
  final ContinuationCounts counts = new ContinuationCounts();

  /** Those that wait, by name, in the order they came; null if none ever did. Guarded by counts. */
  private @Nullable Map<String, RegisteredContinuation<T>> waiting;

  /**
   * Those that are to run and were not all handed over; the outcome is known. Guarded by counts.
   */
  private @Nullable List<RegisteredContinuation<T>> ready;

  /** Whether a thread hands them over. Set under counts; cleared by that thread. */
  private volatile boolean handingOver;

  /** Written once, under counts; read by anybody. */
  private volatile @Nullable Outcome<T> outcome;

  private Continuations(Executor executor, Object owner) {
    this.executor = FallbackExecutor.of(Objects.requireNonNull(executor, "executor"));
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
    return of(job, executor, "a job");
  }

  /**
   * Returns the continuations of a job that ends as the stage does: with its value, with its
   * failure ({@link CompletionException} taken off), or abandoned if it is cancelled.
   *
   * @param job the job
   * @param executor runs the continuations
   * @param owner whose continuations these are: its {@code toString} appears in log messages
   * @param <T> the type of the job's value
   * @return continuations that the stage completes
   */
  public static <T> Continuations<T> of(
      CompletionStage<? extends T> job, Executor executor, Object owner) {
    Objects.requireNonNull(job, "job");
    Continuations<T> continuations = create(executor, owner);
    var unused = job.handle((value, failure) -> continuations.endAs(outcomeOf(value, failure)));
    return continuations;
  }

  /** Completes for a stage, which calls once: what could not be handed over is so elsewhere. */
  private boolean endAs(Outcome<T> known) {
    try {
      return complete(known);
    } catch (Throwable e) {
      Threads.timer().schedule((Resumable) () -> complete(known), 0, TimeUnit.NANOSECONDS);
      throw e;
    }
  }

  /**
   * Registers a continuation, or runs it at once if the outcome is known.
   *
   * @param name one that waits under this name is replaced and will not run
   * @param continuation gets the outcome, once
   * @return {@link Registration#ADDED}, {@link Registration#REPLACED} or {@link
   *     Registration#RAN_NOW}
   */
  public Registration addOrRunNow(String name, Continuation<? super T> continuation) {
    return addOrFire(new RegisteredContinuation<>(this, name, continuation));
  }

  /**
   * Registers a continuation with options, or runs it at once if the outcome is known.
   *
   * @param name one that waits under this name is replaced and will not run
   * @param options how it is run
   * @param continuation gets the outcome, if its options ask for it and its queue has room
   * @return {@link Registration#ADDED}, {@link Registration#REPLACED} or {@link
   *     Registration#RAN_NOW}, which is also said of one that its options kept from running
   * @throws ContinuationRefusedException if its queue is full and refuses; nothing has changed then
   */
  public Registration addOrRunNow(
      String name, ContinuationOptions options, Continuation<? super T> continuation) {
    return addOrFire(registered(name, options, continuation));
  }

  /**
   * Registers a continuation, unless the outcome is known.
   *
   * @param name one that waits under this name is replaced and will not run
   * @param continuation gets the outcome, once
   * @return {@link Registration#ADDED} or {@link Registration#REPLACED}
   * @throws AlreadyCompletedException if the job has ended; it carries the outcome
   */
  public Registration addOrThrowIfCompleted(String name, Continuation<? super T> continuation) {
    return addOrThrow(new RegisteredContinuation<>(this, name, continuation));
  }

  /**
   * Registers a continuation with options, unless the outcome is known.
   *
   * @param name one that waits under this name is replaced and will not run
   * @param options how it is run
   * @param continuation gets the outcome, if its options ask for it and its queue has room
   * @return {@link Registration#ADDED} or {@link Registration#REPLACED}
   * @throws AlreadyCompletedException if the job has ended; it carries the outcome
   * @throws ContinuationRefusedException if its queue is full and refuses; nothing has changed then
   */
  public Registration addOrThrowIfCompleted(
      String name, ContinuationOptions options, Continuation<? super T> continuation) {
    return addOrThrow(registered(name, options, continuation));
  }

  /**
   * Removes a continuation.
   *
   * @param name the name it was registered with
   * @return true if it was waiting: it will not run
   */
  public boolean remove(String name) {
    Objects.requireNonNull(name, "name");
    synchronized (counts) {
      RegisteredContinuation<T> removed = waiting == null ? null : waiting.remove(name);
      if (removed == null) {
        return false;
      }
      removed.withdraw();
      counts.rare().removed++;
      return true;
    }
  }

  /**
   * Latches the outcome and hands every continuation that waits for it to the executor. Only the
   * first call latches; a later one hands over what an earlier one could not, because there was no
   * memory or stack left.
   *
   * @param outcome how the job ended
   * @return true for the call that latched
   */
  public boolean complete(Outcome<T> outcome) {
    Objects.requireNonNull(outcome, "outcome");
    boolean first;
    List<RegisteredContinuation<T>> all;
    synchronized (counts) {
      first = this.outcome == null;
      if (first) {
        this.outcome = outcome;
      }
      admitWaiting();
      all = ready;
      if (all == null || handingOver) {
        return first;
      }
      handingOver = true;
    }
    try {
      handOver(all);
    } finally {
      handingOver = false;
    }
    return first;
  }

  /** Decides what becomes of those that wait, now that the outcome is known. Under counts. */
  private void admitWaiting() {
    if (waiting == null) {
      return;
    }
    List<RegisteredContinuation<T>> admitted = new ArrayList<>(waiting.values());
    for (RegisteredContinuation<T> registered : admitted) {
      counts.count(registered.admit(latched()));
    }
    ready = admitted;
    waiting = null;
  }

  /**
   * Hands over all that were not: first those that the executor runs, whatever one of them throws.
   */
  private void handOver(List<RegisteredContinuation<T>> all) {
    Throwable thrown = null;
    for (RegisteredContinuation<T> registered : all) {
      try {
        registered.fire();
      } catch (Throwable e) {
        thrown = e;
      }
    }
    for (RegisteredContinuation<T> registered : all) {
      try {
        registered.fireHere();
      } catch (Throwable e) {
        thrown = e;
      }
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    synchronized (counts) {
      ready = null;
    }
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
  public int waitingCount() {
    synchronized (counts) {
      return waiting == null ? 0 : waiting.size();
    }
  }

  /**
   * Returns what the continuations have come to so far.
   *
   * @return the counts of one instant
   */
  public ContinuationStats stats() {
    synchronized (counts) {
      return new ContinuationStats(counts, waitingCount());
    }
  }

  Object owner() {
    return owner;
  }

  Outcome<T> latched() {
    return Objects.requireNonNull(outcome, "outcome");
  }

  void execute(Runnable task) {
    executor.execute(task);
  }

  /** Runs a task on the thread that ends the job, or registers late: when it has done all else. */
  void executeByCaller(Resumable task) {
    executor.executeByCaller(task);
  }

  private RegisteredContinuation<T> registered(
      String name, ContinuationOptions options, Continuation<? super T> continuation) {
    return Objects.requireNonNull(options, "options").equals(ContinuationOptions.defaults())
        ? new RegisteredContinuation<>(this, name, continuation)
        : new ConfiguredContinuation<>(this, name, options, continuation);
  }

  private Registration addOrFire(RegisteredContinuation<T> registered) {
    Registration added = tryAdd(registered);
    if (added != null) {
      return added;
    }
    Fate fate;
    synchronized (counts) {
      fate = counts.count(registered.admit(latched()));
    }
    if (fate == Fate.REFUSED) {
      throw refusal(registered);
    }
    registered.fire();
    registered.fireHere();
    return Registration.RAN_NOW;
  }

  private Registration addOrThrow(RegisteredContinuation<T> registered) {
    Registration added = tryAdd(registered);
    if (added != null) {
      return added;
    }
    Outcome<T> known = latched();
    throw new AlreadyCompletedException(
        "continuation '%s' came too late: %s has ended with %s; read the outcome from this exception"
            .formatted(Texts.of(registered.name), Texts.of(owner), Texts.of(known)),
        known);
  }

  /** Lets it wait for the outcome; null if that is known. */
  private @Nullable Registration tryAdd(RegisteredContinuation<T> registered) {
    synchronized (counts) {
      if (outcome != null) {
        return null;
      }
      if (waiting == null) {
        waiting = new LinkedHashMap<>(4);
      }
      RegisteredContinuation<T> present = waiting.get(registered.name);
      if (registered.enter(present)) {
        waiting.put(registered.name, registered);
        if (present == null) {
          return Registration.ADDED;
        }
        present.withdraw();
        counts.rare().replaced++;
        return Registration.REPLACED;
      }
      counts.count(Fate.REFUSED);
    }
    throw refusal(registered);
  }

  private ContinuationRefusedException refusal(RegisteredContinuation<T> registered) {
    return new ContinuationRefusedException(
        "continuation '%s' of %s was refused: its queue is full; let it have more places, or a policy"
                .formatted(Texts.of(registered.name), Texts.of(owner))
            + " that does not refuse");
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
