package dev.slipstream.ledger;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a fetch.
 *
 * @param id the fetch
 * @param sequence its number among the fetch's events: 1, 2, 3, … without holes
 * @param type what happened
 * @param payload more about it; null if there is nothing to add
 * @param wakes whether it is one of those that {@link FetchLedger#wakeEventsAfter} returns
 * @param at when it was appended, by the ledger's clock
 * @param <K> the type of keys
 */
public record LedgerEvent<K>(
    FetchId<K> id,
    long sequence,
    String type,
    @Nullable String payload,
    boolean wakes,
    Instant at) {
  /**
   * Checks that nothing is missing.
   *
   * @param id the fetch
   * @param sequence its number, not negative
   * @param type what happened, not blank
   * @param payload more about it, or null
   * @param wakes whether it wakes
   * @param at when it was appended
   */
  public LedgerEvent {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    Arguments.notBlank(type, "type");
    Objects.requireNonNull(at, "at");
  }
}
