package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A note of which party first started the work of a fetch.
 *
 * @param by the party's name, not blank
 * @param detail more about it; null if there is nothing to add
 */
public record Started(String by, @Nullable String detail) {
  /**
   * Checks that there is a name.
   *
   * @param by the party's name, not blank
   * @param detail more about it, or null
   */
  public Started {
    Arguments.notBlank(by, "by");
  }
}
