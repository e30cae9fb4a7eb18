package dev.slipstream.jmh.report;

import dev.slipstream.charts.ChartStyle;
import dev.slipstream.charts.SvgChart;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.xy.XYSeriesCollection;

/** The kinds of charts. */
final class Charts {
  private static final int HEIGHT = 420;
  private static final Map<String, Color> COLOURS =
      Map.of(
          "slipstream", new Color(0x3B82E0),
          "asyncCache", new Color(0xDD8452),
          "byHand", new Color(0x4C9F70),
          "caffeine", new Color(0x9B6FD0),
          "asyncCacheCopy", new Color(0x9B6FD0),
          "guava", new Color(0xC44E52),
          "cache2k", new Color(0x8C8C8C));
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 10);

  private Charts() {}

  /** Bars beside each other for each path, a bar for each side, their values above them. */
  static SvgChart bars(String title, String unit, CategoryDataset data) {
    BarRenderer renderer = new BarRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setItemMargin(0.04);
    renderer.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", new LabelFormat(Charts::brief)));
    renderer.setDefaultItemLabelsVisible(true);
    renderer.setDefaultItemLabelFont(SMALL);
    renderer.setDefaultItemLabelPaint(ChartStyle.INK);
    int row = 0;
    for (String side : Peers.SIDES.keySet()) {
      renderer.setSeriesPaint(row++, COLOURS.get(side));
    }
    CategoryAxis paths = new CategoryAxis();
    paths.setTickLabelFont(ChartStyle.LABEL);
    paths.setTickLabelPaint(ChartStyle.INK);
    paths.setMaximumCategoryLabelLines(2);
    paths.setAxisLinePaint(ChartStyle.INK);
    NumberAxis values = new NumberAxis(unit);
    values.setUpperMargin(0.1);
    ChartStyle.apply(values);
    CategoryPlot plot = new CategoryPlot(data, paths, values, renderer);
    plot.setRangeGridlinePaint(ChartStyle.GRID);
    return chart(title, plot);
  }

  /** Lines over a count, both axes logarithmic. */
  static SvgChart lines(String title, String counted, String unit, List<Line> lines) {
    return lines(
        title, powersOfTen(counted, Charts::whole), powersOfTen(unit, Charts::whole), lines);
  }

  /** Quantiles: each nine of the percentage takes the same room. */
  static SvgChart tail(String title, String unit, List<Line> lines) {
    LogAxis callers = powersOfTen("callers that waited less", Charts::percentage);
    NumberAxis values = new NumberAxis(unit);
    return lines(title, callers, values, lines);
  }

  private static SvgChart lines(String title, ValueAxis x, ValueAxis y, List<Line> lines) {
    ChartStyle.apply(x);
    ChartStyle.apply(y);
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      data.addSeries(line.points());
      renderer.setSeriesPaint(i, COLOURS.get(line.side()));
      renderer.setSeriesStroke(i, ChartStyle.stroke(line.dashed()));
      renderer.setSeriesShape(i, marker(line.dashed()));
    }
    renderer.setDrawSeriesLineAsPath(true);
    XYPlot plot = new XYPlot(data, x, y, renderer);
    plot.setDomainGridlinePaint(ChartStyle.GRID);
    plot.setRangeGridlinePaint(ChartStyle.GRID);
    return chart(title, plot);
  }

  private static LogAxis powersOfTen(String label, DoubleFunction<String> tick) {
    LogAxis axis = new LogAxis(label);
    axis.setTickUnit(new NumberTickUnit(1, new LabelFormat(tick), 0));
    axis.setNumberFormatOverride(new LabelFormat(tick));
    return axis;
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.1f" : "%,.0f", value);
  }

  private static String brief(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
  }

  /** One caller in ten is 90 %, one in a thousand 99.9 %. */
  private static String percentage(double oneIn) {
    BigDecimal percent = BigDecimal.valueOf(100 - 100 / oneIn).round(new MathContext(6));
    return percent.stripTrailingZeros().toPlainString() + " %";
  }

  private static Shape marker(boolean square) {
    return square ? new Rectangle2D.Double(-3, -3, 6, 6) : new Ellipse2D.Double(-3, -3, 6, 6);
  }

  private static SvgChart chart(String title, Plot plot) {
    return ChartStyle.chart(title, plot, HEIGHT);
  }
}
