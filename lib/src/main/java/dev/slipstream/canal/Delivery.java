package dev.slipstream.canal;

/** What a canal promises about the events that its consumer has no time for. */
public enum Delivery {
  /**
   * Every event, in order, at least once; what the journal no longer holds is reported as a gap.
   */
  CURSOR_GUARANTEED,

  /** The latest events, in order, at most once; what was dropped is counted. */
  LOSSY_SUBSCRIPTION
}
