package dev.slipstream.examples.shared;

import java.util.Collection;

/**
 * The result of one run.
 *
 * @param name of the backend
 * @param requests that were sent
 * @param p50Nanos the median latency of the requests that succeeded
 * @param p99Nanos the 99th percentile of the latency of the requests that succeeded
 * @param queriesStarted in the database
 * @param queriesCancelled in the database, while they ran
 * @param failed requests that got no answer in time
 * @param killed requests that failed more than 10 milliseconds before their own timeout elapsed
 * @param errors requests that failed otherwise than by a timeout: none, unless something is broken
 */
public record RunResult(
    String name,
    int requests,
    long p50Nanos,
    long p99Nanos,
    long queriesStarted,
    long queriesCancelled,
    long failed,
    long killed,
    long errors) {

  /**
   * Computes the result of a run.
   *
   * @param name of the backend
   * @param replies to all requests
   * @param started queries in the database
   * @param cancelled queries among those
   * @return the result
   */
  public static RunResult of(String name, Collection<Reply> replies, long started, long cancelled) {
    long[] nanos =
        replies.stream().filter(Reply::succeeded).mapToLong(Reply::nanos).sorted().toArray();
    long failed = replies.size() - nanos.length;
    return new RunResult(
        name,
        replies.size(),
        percentile(nanos, 50),
        percentile(nanos, 99),
        started,
        cancelled,
        failed,
        replies.stream().filter(Reply::killedByAnother).count(),
        failed - replies.stream().filter(Reply::timedOut).count());
  }

  /**
   * Returns the smallest of the values that {@code percent} of them do not exceed.
   *
   * @param sorted the values, ascending
   * @param percent more than 0, at most 100
   * @return one of the values; 0 if there are none
   */
  public static long percentile(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(sorted.length * percent / 100.0);
    return sorted[rank - 1];
  }
}
