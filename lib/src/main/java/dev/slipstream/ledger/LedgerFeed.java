package dev.slipstream.ledger;

/** A listener's attachment to a ledger's feed of changes. */
public interface LedgerFeed extends AutoCloseable {
  /**
   * Returns whether changes are delivered at present.
   *
   * @return false before the first attachment, while cut off, and once closed
   */
  boolean isAttached();

  /** Ends the deliveries; one that is under way goes on. A second call does nothing. */
  @Override
  void close();
}
