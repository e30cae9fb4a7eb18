package dev.slipstream.ledger;

import java.util.Objects;

/**
 * A request to stop a fetch, which its holder gets with its next renewal.
 *
 * @param by the name of the party that asks, not blank
 * @param reason why, for people
 */
public record AbandonRequest(String by, String reason) {
  /**
   * Checks both parts.
   *
   * @param by the name of the party that asks, not blank
   * @param reason why
   */
  public AbandonRequest {
    Arguments.notBlank(by, "by");
    Objects.requireNonNull(reason, "reason");
  }
}
