package dev.slipstream.latch;

/** What became of a continuation when it was registered. */
public enum Registration {
  /** It waits for the outcome. */
  ADDED,
  /** It waits for the outcome, in the place of one of the same name, which will not run. */
  REPLACED,
  /**
   * The outcome was known already: the continuation was handed to the executor at once, unless its
   * options kept it from running.
   */
  RAN_NOW,
  /** There is nothing to wait for and nothing known: the continuation was not kept. */
  NOT_IN_FLIGHT
}
