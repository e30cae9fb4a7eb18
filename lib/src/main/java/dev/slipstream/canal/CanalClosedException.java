package dev.slipstream.canal;

/** Thrown by pulls on a closed canal, or once its ended source has been drained. */
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
