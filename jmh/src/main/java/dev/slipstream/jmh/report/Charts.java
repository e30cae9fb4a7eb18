package dev.slipstream.jmh.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
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
import org.jfree.data.xy.XYDataset;

/**
 * The kinds of charts. They have no background, and colours of a middle brightness: readable on
 * white and on black.
 */
final class Charts {
  private static final Color INK = new Color(0x7D8590);
  private static final Color GRID = new Color(0x7D, 0x85, 0x90, 0x50);
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x3B82E0),
          new Color(0xDD8452),
          new Color(0x4C9F70),
          new Color(0x9B6FD0),
          new Color(0xC44E52),
          new Color(0x8C8C8C));
  private static final String FAMILY = Font.SANS_SERIF;
  private static final Font TITLE = new Font(FAMILY, Font.BOLD, 16);
  private static final Font LABEL = new Font(FAMILY, Font.PLAIN, 13);
  private static final Font SMALL = new Font(FAMILY, Font.PLAIN, 10);
  private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);
  private static final NumberFormat AXIS = new DecimalFormat("#,##0.###", SYMBOLS);
  private static final NumberFormat BAR = new DecimalFormat("#,##0.#", SYMBOLS);

  private Charts() {}

  /** Bars beside each other for each path, their values above them. */
  static SvgChart bars(String title, String unit, CategoryDataset data) {
    BarRenderer renderer = new BarRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setItemMargin(0.04);
    renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator("{2}", BAR));
    renderer.setDefaultItemLabelsVisible(true);
    renderer.setDefaultItemLabelFont(SMALL);
    renderer.setDefaultItemLabelPaint(INK);
    for (int i = 0; i < data.getRowCount(); i++) {
      renderer.setSeriesPaint(i, COLOURS.get(i));
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

  /** Lines over a logarithmic count, on a logarithmic scale. */
  static SvgChart lines(String title, String counted, String unit, XYDataset data) {
    LogAxis counts = new LogAxis(counted);
    counts.setNumberFormatOverride(AXIS);
    LogAxis values = new LogAxis(unit);
    values.setNumberFormatOverride(AXIS);
    return lines(title, counts, values, data);
  }

  /** Quantiles: each nine of the percentage takes the same room. */
  static SvgChart tail(String title, XYDataset data) {
    LogAxis callers = new LogAxis("callers that waited less");
    callers.setNumberFormatOverride(new NinesFormat());
    NumberAxis values = new NumberAxis("ms");
    return lines(title, callers, values, data);
  }

  private static SvgChart lines(String title, ValueAxis x, ValueAxis y, XYDataset data) {
    style(x);
    style(y);
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    int sides = data.getSeriesCount() % GrowthRows.SIDES.size() == 0 ? GrowthRows.SIDES.size() : 4;
    for (int i = 0; i < data.getSeriesCount(); i++) {
      renderer.setSeriesPaint(i, COLOURS.get(i % sides));
      renderer.setSeriesStroke(i, stroke(i / sides));
      renderer.setSeriesShape(i, marker(i / sides));
    }
    XYPlot plot = new XYPlot(data, x, y, renderer);
    plot.setDomainGridlinePaint(GRID);
    plot.setRangeGridlinePaint(GRID);
    return chart(title, plot);
  }

  private static BasicStroke stroke(int group) {
    float[] dashes = group == 0 ? null : new float[] {6, 4};
    return new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dashes, 0);
  }

  private static Shape marker(int group) {
    return group == 0 ? new Ellipse2D.Double(-3, -3, 6, 6) : new Rectangle2D.Double(-3, -3, 6, 6);
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
    return new SvgChart(title, chart);
  }
}
