package dev.slipstream.ledger;

/**
 * Is notified of what other nodes do. Calls come one at a time, in the order of the changes, on the
 * ledger's executor; what a listener throws is logged. A slow listener delays its own calls only.
 *
 * @param <K> the type of keys
 */
public interface FeedListener<K> {
  /**
   * A key was invalidated or put: what is stored of it is out of date.
   *
   * @param key the key
   */
  void invalidated(K key);

  /** Every key was invalidated. */
  void invalidatedAll();

  /**
   * Something changed for the parties that have a grant of a key's fetch: it ended, was given up or
   * has another holder, is to be abandoned, or has an event. Only a reason to look again.
   *
   * @param key the key
   */
  void changed(K key);

  /**
   * The feed is attached, for the first time or again: from here on every change is delivered.
   *
   * @param missedNothing whether every change since the feed was last attached, or since {@link
   *     FetchLedger#listen} if it was not, was delivered or will be. If not, everything that is
   *     stored may be out of date
   */
  void attached(boolean missedNothing);

  /** The feed was cut off: changes are not delivered until it is attached again. */
  void detached();
}
