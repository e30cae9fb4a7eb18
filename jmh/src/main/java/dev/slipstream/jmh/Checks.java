package dev.slipstream.jmh;

/** What a benchmark asserts about its own run: a number that measured something else is refused. */
public final class Checks {

  private Checks() {}

  public static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("this run measured something else: " + what);
    }
  }

  public static void requireEqual(long expected, long actual, String what) {
    require(expected == actual, what + " must be " + expected + ", but was " + actual);
  }
}
