package dev.slipstream.ledger;

import org.jspecify.annotations.Nullable;

/** A ledger could not do what was asked. Its subclasses say why. */
public class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param cause why; null if there is nothing behind it
   */
  public LedgerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
