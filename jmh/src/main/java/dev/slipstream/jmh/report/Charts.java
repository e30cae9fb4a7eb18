package dev.slipstream.jmh.report;

import java.awt.BasicStroke;
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
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * The kinds of charts. They have no background, and colours of a middle brightness: readable on
 * white and on black.
 */
final class Charts {
  private static final Color INK = new Color(0x7D8590);
  private static final Color GRID = new Color(0x7D, 0x85, 0x90, 0x50);
  private static final Map<String, Color> COLOURS =
      Map.of(
          "slipstream", new Color(0x3B82E0),
          "asyncCache", new Color(0xDD8452),
          "byHand", new Color(0x4C9F70),
          "caffeine", new Color(0x9B6FD0),
          "asyncCacheCopy", new Color(0x9B6FD0),
          "guava", new Color(0xC44E52),
          "cache2k", new Color(0x8C8C8C));
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 16);
  private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
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
    renderer.setDefaultItemLabelPaint(INK);
    int row = 0;
    for (String side : Peers.SIDES.keySet()) {
      renderer.setSeriesPaint(row++, COLOURS.get(side));
    }
    CategoryAxis paths = new CategoryAxis();
    paths.setTickLabelFont(LABEL);
    paths.setTickLabelPaint(INK);
    paths.setMaximumCategoryLabelLines(2);
    paths.setAxisLinePaint(INK);
    NumberAxis values = new NumberAxis(unit);
    values.setUpperMargin(0.1);
    style(values);
    CategoryPlot plot = new CategoryPlot(data, paths, values, renderer);
    plot.setRangeGridlinePaint(GRID);
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
    style(x);
    style(y);
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      data.addSeries(line.points());
      renderer.setSeriesPaint(i, COLOURS.get(line.side()));
      renderer.setSeriesStroke(i, stroke(line.dashed()));
      renderer.setSeriesShape(i, marker(line.dashed()));
    }
    renderer.setDrawSeriesLineAsPath(true);
    XYPlot plot = new XYPlot(data, x, y, renderer);
    plot.setDomainGridlinePaint(GRID);
    plot.setRangeGridlinePaint(GRID);
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

  private static BasicStroke stroke(boolean dashed) {
    float[] dashes = dashed ? new float[] {6, 4} : null;
    return new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dashes, 0);
  }

  private static Shape marker(boolean square) {
    return square ? new Rectangle2D.Double(-3, -3, 6, 6) : new Ellipse2D.Double(-3, -3, 6, 6);
  }

  private static void style(ValueAxis axis) {
    axis.setLabelFont(LABEL);
    axis.setLabelPaint(INK);
    axis.setTickLabelFont(LABEL);
    axis.setTickLabelPaint(INK);
    axis.setAxisLinePaint(INK);
    axis.setTickMarkPaint(INK);
  }

  private static SvgChart chart(String title, Plot plot) {
    plot.setBackgroundPaint(null);
    plot.setOutlinePaint(null);
    plot.setInsets(new RectangleInsets(8, 8, 8, 16));
    JFreeChart chart = new JFreeChart(title, TITLE, plot, true);
    chart.setBackgroundPaint(null);
    chart.getTitle().setPaint(INK);
    LegendTitle legend = chart.getLegend();
    legend.setBackgroundPaint(null);
    legend.setFrame(BlockBorder.NONE);
    legend.setItemFont(LABEL);
    legend.setItemPaint(INK);
    legend.setItemLabelPadding(new RectangleInsets(2, 2, 2, 6));
    return new SvgChart(title, chart);
  }
}
