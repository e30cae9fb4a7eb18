package dev.slipstream.jmh.report;

import java.util.Locale;

/** How figures are shown. */
final class Numbers {
  private Numbers() {}

  /** Two digits after the point where they say something, none where they do not. */
  static String show(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    String format = size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }

  static String show(double value, String unit) {
    return Double.isNaN(value) ? "" : (show(value) + " " + unit).strip();
  }

  /** The median, and the least and the most in brackets. */
  static String showRange(Samples samples) {
    return samples.isEmpty()
        ? ""
        : "%s (%s–%s)"
            .formatted(show(samples.median()), show(samples.least()), show(samples.most()));
  }
}
