package dev.slipstream.jmh.report;

import org.jfree.data.xy.XYSeries;

/**
 * A line of a chart.
 *
 * @param side gives the colour
 * @param dashed for the second of two calls in one chart
 */
record Line(String side, boolean dashed, XYSeries points) {

  static Line of(String side, boolean dashed, String title) {
    return new Line(side, dashed, new XYSeries(title.replace("`", "")));
  }

  /** Adds the median, if it was measured. */
  void add(double x, Samples samples) {
    if (!samples.isEmpty()) {
      points.add(x, samples.median());
    }
  }
}
