package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/** Somebody else has a lease of the fetch, which has not run out. */
public final class FetchHeldException extends LedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param cause why; null if there is nothing behind it
   */
  public FetchHeldException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
