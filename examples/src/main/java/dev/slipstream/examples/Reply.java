package dev.slipstream.examples;

/**
 * What became of a request, as its client saw it.
 *
 * @param request what was sent
 * @param status the HTTP status; 0 if there was no answer at all
 * @param nanos from sending it to the end of the answer
 * @param text the answer, or what went wrong
 */
record Reply(Request request, int status, long nanos, String text) {
  private static final int OK = 200;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final long CLEARLY_NANOS = 10_000_000;

  boolean succeeded() {
    return status == OK;
  }

  boolean timedOut() {
    return status == GATEWAY_TIMEOUT;
  }

  /**
   * Returns whether a timeout ended the request clearly before its own patience did. The client's
   * clock starts before the server's, so a request's own timeout can never look like this.
   */
  boolean killedByAnother() {
    return timedOut() && nanos + CLEARLY_NANOS < request.patienceMillis() * 1_000_000L;
  }
}
