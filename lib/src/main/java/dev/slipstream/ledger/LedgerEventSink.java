package dev.slipstream.ledger;

/**
 * Gets the events that are appended through a {@link WatchedFetchLedger}.
 *
 * @param <K> the type of keys
 */
@FunctionalInterface
public interface LedgerEventSink<K> {
  /**
   * Takes an event. It is called on the ledger's own threads, for one event at a time, and delays
   * no append. What it throws is logged.
   *
   * @param event the event
   */
  void emit(LedgerEvent<? extends K> event);
}
