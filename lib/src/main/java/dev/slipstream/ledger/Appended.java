package dev.slipstream.ledger;

import java.util.Objects;

/**
 * What became of an append.
 *
 * @param event the event: the appended one, or the one that is there
 * @param repeated whether an event with this dedupe name was there, so that nothing was appended
 * @param <K> the type of keys
 */
public record Appended<K>(LedgerEvent<K> event, boolean repeated) {
  /**
   * Checks that there is an event.
   *
   * @param event the event
   * @param repeated whether it was there
   */
  public Appended {
    Objects.requireNonNull(event, "event");
  }
}
