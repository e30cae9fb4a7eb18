package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The ledger cannot be reached, is closed, or did not answer in time. The call may have taken
 * effect.
 */
public final class LedgerUnavailableException extends LedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param cause why; null if there is nothing behind it
   */
  public LedgerUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
