package dev.slipstream.canal;

/** Thrown to who pulls from a canal that is closed, or whose source has ended and is used up. */
public final class CanalClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was asked and what was found
   */
  public CanalClosedException(String message) {
    super(message);
  }
}
