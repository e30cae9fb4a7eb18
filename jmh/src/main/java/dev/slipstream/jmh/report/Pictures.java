package dev.slipstream.jmh.report;

import dev.slipstream.charts.SvgChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jfree.data.category.DefaultCategoryDataset;

/** Draws what was measured on the newest JDK. */
final class Pictures {
  private static final List<Double> QUANTILES =
      List.of(0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999);
  private static final int GAVE_UP = 50;

  private final Results results;
  private final Path directory;

  Pictures(Results results, Path directory) {
    this.results = results;
    this.directory = directory;
  }

  void draw() throws IOException {
    Files.createDirectories(directory);
    write("hit", Charts.bars("A hit", "ns", bars(Peers.HITS)));
    write("miss", Charts.bars("A miss", "ns", bars(Peers.MISSES_OF_ALL_KINDS)));
    write(
        "fan-out",
        Charts.lines(
            "Delivery to each awaiter of a fetch", "awaiters", "ns", growth("fanOut awaiters")));
    write(
        "growth-flights",
        Charts.lines(
            "Calls while other fetches are in flight",
            "fetches in flight",
            "ns",
            growth("hit flights", "miss flights")));
    write(
        "growth-awaiters",
        Charts.lines(
            "Joining and leaving a fetch of many awaiters",
            "awaiters",
            "ns",
            growth("join awaiters", "leave awaiters")));
    for (var shape : TraceRows.SHAPES.entrySet()) {
      String title =
          "Callers that stay while %d %% give up: %s".formatted(GAVE_UP, shape.getValue());
      write("trace-" + shape.getKey(), Charts.tail(title, "ms", tail(shape.getKey())));
    }
  }

  private void write(String name, SvgChart chart) throws IOException {
    chart.write(directory.resolve(name + ".svg"));
  }

  private DefaultCategoryDataset bars(List<Peers.Path> paths) {
    DefaultCategoryDataset bars = new DefaultCategoryDataset();
    Peers.SIDES.forEach(
        (side, title) -> {
          for (Peers.Path path : paths) {
            Samples samples = path.samples(results, side);
            Double value = samples.isEmpty() ? null : samples.median();
            bars.addValue(value, title.replace("`", ""), path.title().replace("`", ""));
          }
        });
    return bars;
  }

  /** One call, or two, the second with dashed lines. */
  private List<Line> growth(String... calls) {
    List<Line> lines = new ArrayList<>();
    for (String call : calls) {
      String prefix = calls.length == 1 ? "" : call.substring(0, call.indexOf(' ')) + ", ";
      GrowthRows.SIDES.forEach(
          (side, title) -> {
            Line line = Line.of(side, !call.equals(calls[0]), prefix + title);
            for (int count : GrowthRows.COUNTS) {
              line.add(count, GrowthRows.samples(results, side, call, count));
            }
            lines.add(line);
          });
    }
    return lines;
  }

  /** Over one caller in how many waited longer: each nine of the percentage takes the same room. */
  private List<Line> tail(String shape) {
    List<Line> lines = new ArrayList<>();
    TraceRows.SIDES.forEach(
        (side, title) -> {
          Line line = Line.of(side, false, title);
          for (double quantile : QUANTILES) {
            String name = TraceRows.name(side, shape, GAVE_UP);
            line.add(1 / (1 - quantile), results.of(name, "q" + quantile));
          }
          lines.add(line);
        });
    return lines;
  }
}
