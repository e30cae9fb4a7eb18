package dev.slipstream.examples.outage;

import dev.slipstream.charts.ChartStyle;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** The plot: requests served, requests failed and calls of the database in each second. */
final class Plot {
  private static final int HEIGHT = 720;
  private static final Color SHADE = new Color(0xC4, 0x4E, 0x52, 0x28);
  private static final Color NONE = new Color(0, 0, 0, 0);
  private static final List<Color> COLOURS =
      List.of(new Color(0x3B82E0), new Color(0x3B82E0), new Color(0xDD8452), new Color(0x9B6FD0));
  private static final double ROOM_FOR_LABEL = 0.25;

  private final List<OutageResult> runs;
  private final Phases phases;

  private Plot(List<OutageResult> runs) {
    this.runs = runs;
    phases = runs.get(0).options().phases();
  }

  /** Writes the plot to a file, which is replaced. */
  static void write(List<OutageResult> runs, Path file) throws IOException {
    new Plot(runs).write(file);
  }

  private void write(Path file) throws IOException {
    NumberAxis seconds = new NumberAxis("seconds");
    ChartStyle.apply(seconds);
    seconds.setRange(0, phases.seconds());
    seconds.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    XYPlot served = lines("served a second", OutageResult::servedPerSecond);
    served.getRangeAxis().setUpperMargin(ROOM_FOR_LABEL);
    served.addDomainMarker(label());
    CombinedDomainXYPlot all = new CombinedDomainXYPlot(seconds);
    all.setGap(14);
    all.add(served);
    all.add(lines("failed a second", OutageResult::failedPerSecond));
    all.add(lines("backend calls a second", run -> perSecond(run.calls())));
    all.setFixedLegendItems(served.getLegendItems());
    ChartStyle.chart(title(), all, HEIGHT).write(file);
  }

  private String title() {
    String verb = runs.get(0).options().failure() == Failure.HANG ? "hangs" : "fails";
    return "The database %s for %d seconds".formatted(verb, phases.outage());
  }

  private XYPlot lines(String label, Function<OutageResult, int[]> counts) {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setDrawSeriesLineAsPath(true);
    for (int i = 0; i < runs.size(); i++) {
      OutageResult run = runs.get(i);
      data.addSeries(series(run.name(), counts.apply(run)));
      renderer.setSeriesPaint(i, COLOURS.get(i));
      renderer.setSeriesStroke(i, ChartStyle.stroke(i % 2 == 0));
    }
    NumberAxis values = new NumberAxis(label);
    ChartStyle.apply(values);
    XYPlot plot = new XYPlot(data, null, values, renderer);
    plot.setBackgroundPaint(null);
    plot.setOutlinePaint(null);
    plot.setDomainGridlinePaint(ChartStyle.GRID);
    plot.setRangeGridlinePaint(ChartStyle.GRID);
    plot.addDomainMarker(new IntervalMarker(phases.before(), phases.outageEnd(), SHADE));
    return plot;
  }

  /** Puts the count of a second into its middle. */
  private static XYSeries series(String name, int[] counts) {
    XYSeries series = new XYSeries(name);
    for (int second = 0; second < counts.length; second++) {
      series.add(second + 0.5, counts[second]);
    }
    return series;
  }

  private IntervalMarker label() {
    IntervalMarker marker = new IntervalMarker(phases.before(), phases.outageEnd(), NONE);
    marker.setLabel("outage");
    marker.setLabelFont(ChartStyle.LABEL);
    marker.setLabelPaint(ChartStyle.INK);
    marker.setLabelBackgroundColor(NONE);
    marker.setLabelAnchor(RectangleAnchor.TOP);
    marker.setLabelTextAnchor(TextAnchor.TOP_CENTER);
    return marker;
  }

  private static int[] perSecond(List<Integer> counts) {
    return counts.stream().mapToInt(Integer::intValue).toArray();
  }
}
