/**
 * Charts as SVG files, as the benchmarks and the examples draw them. Not published.
 *
 * <pre>{@code
 * XYPlot plot = new XYPlot(points, seconds, requests, new XYLineAndShapeRenderer());
 * ChartStyle.chart("Requests", plot, 420).write(file);
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.charts;
