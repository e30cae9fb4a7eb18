package dev.slipstream.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleInsets;

/**
 * How charts look: no background, and colours of a middle brightness, readable on white and on
 * black.
 */
public final class ChartStyle {
  /** The colour of text and axes. */
  public static final Color INK = new Color(0x7D8590);

  /** The colour of grid lines. */
  public static final Color GRID = new Color(0x7D, 0x85, 0x90, 0x50);

  /** The font of labels. */
  public static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 16);

  private ChartStyle() {}

  /**
   * Styles an axis.
   *
   * @param axis whose fonts and colours are set
   */
  public static void apply(ValueAxis axis) {
    axis.setLabelFont(LABEL);
    axis.setLabelPaint(INK);
    axis.setTickLabelFont(LABEL);
    axis.setTickLabelPaint(INK);
    axis.setAxisLinePaint(INK);
    axis.setTickMarkPaint(INK);
  }

  /**
   * Returns the stroke of a line.
   *
   * @param dashed whether it has gaps
   * @return the stroke
   */
  public static BasicStroke stroke(boolean dashed) {
    float[] dashes = dashed ? new float[] {6, 4} : null;
    return new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dashes, 0);
  }

  /**
   * Makes a chart of a plot, with a title and a legend.
   *
   * @param title of the chart
   * @param plot whose background is taken away
   * @param height of the picture
   * @return the chart
   */
  public static SvgChart chart(String title, Plot plot, int height) {
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
    return new SvgChart(title, chart, height);
  }
}
