package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import java.util.Objects;
import java.util.UUID;

/**
 * How far a consumer got.
 *
 * @param journal the journal whose events these are: numbers of another mean nothing to it
 * @param sequence the number of the last event that is done with, 0 for none
 */
public record Checkpoint(UUID journal, long sequence) {
  /**
   * Checks the parts.
   *
   * @param journal the journal whose events these are
   * @param sequence the number of the last event that is done with, 0 for none
   * @throws IllegalArgumentException if the number is negative
   */
  public Checkpoint {
    Objects.requireNonNull(journal, "journal");
    Arguments.notNegative("sequence", sequence);
  }
}
