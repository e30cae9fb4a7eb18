package dev.slipstream.ledger;

/**
 * What a fetch is called in another system.
 *
 * @param system the system, not blank
 * @param id the name there, not blank
 */
public record ExternalRef(String system, String id) {
  /**
   * Checks both parts.
   *
   * @param system the system, not blank
   * @param id the name there, not blank
   */
  public ExternalRef {
    Arguments.notBlank(system, "system");
    Arguments.notBlank(id, "id");
  }
}
