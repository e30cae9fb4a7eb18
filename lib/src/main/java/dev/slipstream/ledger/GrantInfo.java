package dev.slipstream.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is noted with a grant.
 *
 * @param label for people; null if there is none
 * @param time how long the grant lasts unless it is renewed; longer than zero
 */
public record GrantInfo(@Nullable String label, Duration time) {
  /**
   * Checks the time.
   *
   * @param label for people, or null
   * @param time how long the grant lasts, longer than zero
   */
  public GrantInfo {
    Arguments.positive(time, "time");
  }
}
