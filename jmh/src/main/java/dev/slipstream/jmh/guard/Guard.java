package dev.slipstream.jmh.guard;

import java.util.Locale;

/** Prints figures beside their limits, and whether one of them is exceeded. */
final class Guard {
  private boolean exceeded;

  void check(String what, double value, double limit) {
    boolean holds = value <= limit;
    exceeded |= !holds;
    System.out.printf(
        Locale.ROOT,
        "%-44s %9.3f (at most %s) %s%n",
        what,
        value,
        limit,
        holds ? "ok" : "EXCEEDED");
  }

  /** Ends the program, with 1 if a limit was exceeded. */
  void exit() {
    System.exit(exceeded ? 1 : 0);
  }
}
