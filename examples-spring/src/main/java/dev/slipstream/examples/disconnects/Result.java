package dev.slipstream.examples.disconnects;

/**
 * The result of one run.
 *
 * @param manager of the caches
 * @param answered requests
 * @param disconnected requests whose client disconnected before it had an answer
 * @param failed requests whose client was connected and got an error
 * @param started queries in the database
 * @param cancelled queries in the database, while they ran
 * @param forNobody queries that ran to their end while no client was waiting for them
 */
record Result(
    Manager manager,
    long answered,
    long disconnected,
    long failed,
    long started,
    long cancelled,
    long forNobody) {

  long requests() {
    return answered + disconnected + failed;
  }
}
