package dev.slipstream.examples;

/**
 * What became of a request, as its client saw it.
 *
 * @param request what was sent
 * @param status the HTTP status; {@link #TIMEOUT} also if the client gave up, {@link #NO_ANSWER} if
 *     there was none for another reason
 * @param nanos from sending it to the end of the answer
 * @param text the answer, or what went wrong
 */
record Reply(Request request, int status, long nanos, String text) {
  static final int NO_ANSWER = 0;
  static final int TIMEOUT = 504;

  private static final int OK = 200;
  private static final long CLEARLY_NANOS = 10_000_000;

  boolean succeeded() {
    return status == OK;
  }

  boolean timedOut() {
    return status == TIMEOUT;
  }

  /**
   * Returns whether a timeout ended the request clearly before its own patience did. The client's
   * clock starts before the server's, so a request's own timeout can never look like this.
   */
  boolean killedByAnother() {
    return timedOut() && nanos + CLEARLY_NANOS < request.patienceMillis() * 1_000_000L;
  }
}
