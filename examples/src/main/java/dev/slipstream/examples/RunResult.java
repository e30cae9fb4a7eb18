package dev.slipstream.examples;

import java.util.Collection;

/**
 * What one run came to.
 *
 * @param name of the backend
 * @param requests that were sent
 * @param p50Nanos half of the answers that were given came within this time
 * @param p99Nanos 99 of 100 answers that were given came within this time
 * @param queriesStarted in the database
 * @param queriesCancelled in the database, while they ran
 * @param failed requests that got no answer in time
 * @param killed requests that failed clearly before their own patience ran out
 * @param errors requests that failed otherwise than by a timeout: none, unless something is broken
 */
record RunResult(
    String name,
    int requests,
    long p50Nanos,
    long p99Nanos,
    long queriesStarted,
    long queriesCancelled,
    long failed,
    long killed,
    long errors) {

  static RunResult of(String name, Collection<Reply> replies, long started, long cancelled) {
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
   * Returns the smallest value that so many per cent of the values do not exceed.
   *
   * @param sorted the values, ascending
   * @param percent more than 0, at most 100
   * @return one of the values; 0 if there are none
   */
  static long percentile(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(sorted.length * percent / 100.0);
    return sorted[rank - 1];
  }
}
