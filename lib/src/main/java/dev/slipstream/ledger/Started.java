package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A note of who first started the work of a fetch.
 *
 * @param by who started it, not blank
 * @param detail more about it; null if there is nothing to add
 */
public record Started(String by, @Nullable String detail) {
  /**
   * Checks that it says who.
   *
   * @param by who started it, not blank
   * @param detail more about it, or null
   */
  public Started {
    Arguments.notBlank(by, "by");
  }
}
