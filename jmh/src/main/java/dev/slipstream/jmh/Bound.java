package dev.slipstream.jmh;

/** What a value must be, and what it should be; NaN stands for neither. */
record Bound(double limit, double aim, boolean atLeast) {
  private static final double NOTHING = 0.5; // bytes: what the profiler itself spreads over the run

  static Bound atMost(double limit, double aim) {
    return new Bound(limit, aim, false);
  }

  static Bound atLeast(double limit, double aim) {
    return new Bound(limit, aim, true);
  }

  static Bound aim(double aim) {
    return atMost(Double.NaN, aim);
  }

  String verdict(double value) {
    if (Double.isNaN(value)) {
      return "not measured";
    }
    if (meets(aim, value)) {
      return "aim";
    }
    return Double.isNaN(limit) ? "" : meets(limit, value) ? "ok" : "**MISSED**";
  }

  /** True if there is a limit and the value, or what was never measured, is not within it. */
  boolean misses(double value) {
    return !Double.isNaN(limit) && !meets(limit, value);
  }

  String show(double bound) {
    if (Double.isNaN(bound)) {
      return "";
    }
    return (atLeast ? "≥ " : "≤ ") + Table.number(bound);
  }

  private boolean meets(double bound, double value) {
    if (bound == 0) {
      return value < NOTHING;
    }
    return atLeast ? value >= bound : value <= bound;
  }
}
