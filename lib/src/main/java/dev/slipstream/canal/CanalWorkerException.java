package dev.slipstream.canal;

/** Thrown by {@link CanalHandle#join} if the worker ended by an error. The cause is that error. */
public final class CanalWorkerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message which worker ended, and how
   * @param cause what its handler or its canal threw
   */
  public CanalWorkerException(String message, Throwable cause) {
    super(message, cause);
  }
}
