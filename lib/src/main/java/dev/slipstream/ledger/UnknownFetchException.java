package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/**
 * There is no such fetch: it never was, was invalidated, given up or pruned, or is an older one.
 */
public final class UnknownFetchException extends LedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param cause why; null if there is nothing behind it
   */
  public UnknownFetchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
