package dev.slipstream.jmh.report;

/** What a value must be, and what it should be; NaN stands for neither. */
record Bound(double must, double aim, boolean atLeast) {
  static final Bound NONE = atMost(Double.NaN, Double.NaN);

  /** Bytes: what the profiler itself spreads over the run. */
  private static final double NOTHING = 0.5;

  static Bound atMost(double must, double aim) {
    return new Bound(must, aim, false);
  }

  static Bound atLeast(double must, double aim) {
    return new Bound(must, aim, true);
  }

  String verdict(double value) {
    if (Double.isNaN(value)) {
      return "not measured";
    }
    if (misses(value)) {
      return "**MISSED**";
    }
    if (!Double.isNaN(aim) && meets(aim, value)) {
      return "aim";
    }
    return Double.isNaN(must) ? "" : "ok";
  }

  /** True if there is a must and the value, or what was never measured, is not within it. */
  boolean misses(double value) {
    return !Double.isNaN(must) && !meets(must, value);
  }

  String show(double bound) {
    if (Double.isNaN(bound)) {
      return "";
    }
    return (atLeast ? "≥ " : "≤ ") + Numbers.show(bound);
  }

  private boolean meets(double bound, double value) {
    if (bound == 0) {
      return value < NOTHING;
    }
    return atLeast ? value >= bound : value <= bound;
  }
}
