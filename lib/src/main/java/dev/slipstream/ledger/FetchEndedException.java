package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/** The fetch has ended, and what was asked is only possible before. */
public final class FetchEndedException extends LedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param cause why; null if there is nothing behind it
   */
  public FetchEndedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
