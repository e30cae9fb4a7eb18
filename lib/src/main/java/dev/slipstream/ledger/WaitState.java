package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A note of what a running fetch waits for.
 *
 * @param on what it waits for, not blank
 * @param detail more about it; null if there is nothing to add
 */
public record WaitState(String on, @Nullable String detail) {
  /**
   * Checks that it says for what.
   *
   * @param on what it waits for, not blank
   * @param detail more about it, or null
   */
  public WaitState {
    Arguments.notBlank(on, "on");
  }
}
