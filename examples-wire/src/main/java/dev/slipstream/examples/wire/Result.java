package dev.slipstream.examples.wire;

/**
 * What a server has seen of one way to load items, all of whose callers left.
 *
 * @param way its name
 * @param started how many requests the server started to answer
 * @param forNobody how many of them it answered
 * @param goneNanos how long the slowest of them was still running after the last caller had left
 */
record Result(String way, long started, long forNobody, long goneNanos) {
  long cancelled() {
    return started - forNobody;
  }
}
