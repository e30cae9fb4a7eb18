package dev.slipstream.latch;

/**
 * A callback that gets a job's outcome, once.
 *
 * @param <T> the type of the job's value
 */
@FunctionalInterface
public interface Continuation<T> {

  /**
   * Receives the outcome, as a task of its own on the executor of its {@link Continuations}. It may
   * be slow, block or throw: no other continuation notices. If its {@link ContinuationOptions} ask
   * for retries, it is called again after a failure.
   *
   * @param outcome how the job ended
   * @throws Exception anything; it is logged once, after the last run, and goes no further
   */
  void onComplete(Outcome<? extends T> outcome) throws Exception;
}
