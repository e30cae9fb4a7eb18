package dev.slipstream.jmh;

/** What a benchmark asserts about its own run: a number that measured something else is refused. */
final class Checks {

  private Checks() {}

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("this run measured something else: " + what);
    }
  }

  static void requireEqual(long expected, long actual, String what) {
    require(expected == actual, what + " must be " + expected + ", but was " + actual);
  }
}
