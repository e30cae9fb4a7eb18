package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Draws what was measured on the newest JDK. */
final class Pictures {
  private static final List<Double> QUANTILES =
      List.of(0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999);

  private final Path directory;

  Pictures(Path directory) {
    this.directory = directory;
  }

  void draw(Results results) throws IOException {
    Files.createDirectories(directory);
    Charts.bars("A hit", "ns", bars(results, Peers.HITS)).write(directory.resolve("hit.svg"));
    Charts.bars("A miss", "ns", bars(results, Peers.MISSES_OF_ALL_KINDS))
        .write(directory.resolve("miss.svg"));
    Charts.lines(
            "Delivery to each awaiter of a fetch",
            "awaiters",
            "ns",
            growth(results, Map.of("fanOut awaiters", "")))
        .write(directory.resolve("fan-out.svg"));
    Charts.lines(
            "Calls while other fetches are in flight",
            "fetches in flight",
            "ns",
            growth(results, Map.of("hit flights", "hit, ", "miss flights", "miss, ")))
        .write(directory.resolve("growth-flights.svg"));
    Charts.lines(
            "Joining and leaving a fetch of many awaiters",
            "awaiters",
            "ns",
            growth(results, Map.of("join awaiters", "join, ", "leave awaiters", "leave, ")))
        .write(directory.resolve("growth-awaiters.svg"));
    for (String shape : TraceRows.SHAPES.keySet()) {
      Charts.tail(
              "Callers that stay while 50 % give up: " + TraceRows.SHAPES.get(shape),
              tail(results, shape))
          .write(directory.resolve("trace-" + shape + ".svg"));
    }
  }

  private static DefaultCategoryDataset bars(Results results, List<Peers.Path> paths) {
    DefaultCategoryDataset bars = new DefaultCategoryDataset();
    Peers.SIDES.forEach(
        (side, title) -> {
          for (Peers.Path path : paths) {
            Samples samples = path.samples(results, side);
            bars.addValue(
                samples.isEmpty() ? null : samples.median(), plain(title), plain(path.title()));
          }
        });
    return bars;
  }

  private static XYSeriesCollection growth(Results results, Map<String, String> calls) {
    XYSeriesCollection lines = new XYSeriesCollection();
    calls.keySet().stream()
        .sorted()
        .forEach(
            call ->
                GrowthRows.SIDES.forEach(
                    (side, title) -> {
                      XYSeries line = new XYSeries(calls.get(call) + plain(title));
                      for (int count : GrowthRows.COUNTS) {
                        add(line, count, GrowthRows.samples(results, side, call, count));
                      }
                      lines.addSeries(line);
                    }));
    return lines;
  }

  /** Over the share of callers that waited longer: each nine takes the same room. */
  private static XYSeriesCollection tail(Results results, String shape) {
    XYSeriesCollection lines = new XYSeriesCollection();
    TraceRows.SIDES.forEach(
        (side, title) -> {
          XYSeries line = new XYSeries(plain(title));
          for (double quantile : QUANTILES) {
            String name = TraceRows.name(side, shape, 50);
            add(line, 1 / (1 - quantile), results.of(name, "q" + quantile));
          }
          lines.addSeries(line);
        });
    return lines;
  }

  private static void add(XYSeries line, double x, Samples samples) {
    if (!samples.isEmpty()) {
      line.add(x, samples.median());
    }
  }

  private static String plain(String markdown) {
    return markdown.replace("`", "");
  }
}
