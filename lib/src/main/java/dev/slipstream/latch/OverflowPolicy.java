package dev.slipstream.latch;

/** What becomes of a continuation that finds no free place in its {@link ContinuationQueue}. */
public enum OverflowPolicy {
  /**
   * It takes a place when the outcome is known. If none is free then, the thread that delivers the
   * outcome runs the continuation itself, after it has handed over all others of the job: the one
   * that completes the job, or that registers after its end. Nothing is lost, and the producer of
   * outcomes is slowed down; further tries, if there are any, are tasks on the executor, outside
   * the queue. On a cache this is the thread that completes the loader's stage, when all callers
   * have been answered; where a leave, a timeout, abort or close ends the fetch, the continuation
   * goes to the executor, so that they return.
   */
  CALLER_RUNS,
  /**
   * It takes a place when the outcome is known. If none is free then, it does not run, and counts
   * as dropped.
   */
  DROP,
  /**
   * It takes its place when it is registered, and keeps it while it waits for the outcome. If none
   * is free, the registration throws {@link ContinuationRefusedException}. What was accepted is
   * never dropped.
   */
  REFUSE
}
