package dev.slipstream.latch;

import java.util.Objects;

/** Thrown to a caller that wanted to register a continuation only if the job was still running. */
public final class AlreadyCompletedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient Outcome<?> outcome;

  /**
   * Creates an exception that carries the outcome.
   *
   * @param message what was asked and what was found
   * @param outcome how the job had ended
   */
  public AlreadyCompletedException(String message, Outcome<?> outcome) {
    super(message);
    this.outcome = Objects.requireNonNull(outcome, "outcome");
  }

  /**
   * Returns how the job had ended.
   *
   * @return the latched outcome
   */
  public Outcome<?> outcome() {
    return outcome;
  }
}
