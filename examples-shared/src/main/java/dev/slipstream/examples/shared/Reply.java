package dev.slipstream.examples.shared;

/**
 * The outcome of a request, as its client saw it.
 *
 * @param request that was sent
 * @param status the HTTP status; {@link #TIMEOUT} also if the client gave up, {@link #NO_ANSWER} if
 *     there was none for another reason
 * @param nanos from sending the request to the end of the response
 * @param text the body of the response, or the failure
 */
public record Reply(Request request, int status, long nanos, String text) {
  /** The status of a request that failed without a response. */
  public static final int NO_ANSWER = 0;

  /** The status of a request that timed out. */
  public static final int TIMEOUT = 504;

  private static final int OK = 200;
  private static final long CLEARLY_NANOS = 10_000_000;

  /**
   * Returns whether there was an answer in time.
   *
   * @return true if there was
   */
  public boolean succeeded() {
    return status == OK;
  }

  /**
   * Returns whether a timeout ended the request, its own or that of another request.
   *
   * @return true if one did
   */
  public boolean timedOut() {
    return status == TIMEOUT;
  }

  /**
   * Returns whether a timeout ended the request more than 10 milliseconds before its own timeout
   * elapsed. The client's clock starts before the server's, so a request's own timeout is never
   * counted here.
   *
   * @return true if it did
   */
  public boolean killedByAnother() {
    return timedOut() && nanos + CLEARLY_NANOS < request.timeoutMillis() * 1_000_000L;
  }
}
