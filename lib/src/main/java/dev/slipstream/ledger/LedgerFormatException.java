package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A key or value could not be written or read, or what the engine holds is not a ledger's record.
 */
public final class LedgerFormatException extends LedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param cause why; null if there is nothing behind it
   */
  public LedgerFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
