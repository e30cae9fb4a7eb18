package dev.slipstream.jmh.trace;

/**
 * What a replay came to.
 *
 * @param started the loads that the backend was asked for
 * @param finished those of them that ran to their end
 * @param forNobody those of the finished for which no caller waited
 * @param failed how often a caller that stayed was failed by the cancellation of another one
 * @param waits how long the callers that stayed waited, sorted, in nanoseconds
 */
record Outcome(int started, int finished, int forNobody, int failed, long[] waits) {

  /** Returns the exact quantile in milliseconds. */
  double quantile(double share) {
    int rank = (int) Math.ceil(share * waits.length);
    return waits[Math.max(0, Math.min(rank, waits.length) - 1)] / 1e6;
  }
}
