package dev.slipstream.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the replayed traces came to. */
final class TraceRows {
  static final Map<String, String> SIDES = sides();
  static final Map<String, String> SHAPES = shapes();
  static final List<Integer> GAVE_UP = List.of(0, 10, 50);

  private static final List<String> HEADINGS =
      List.of(
          "trace",
          "give up",
          "side",
          "loads run / lower bound",
          "for nobody",
          "cut short",
          "bystanders failed",
          "p50, ms",
          "p99, ms",
          "p99.9, ms");

  private TraceRows() {}

  private static Map<String, String> sides() {
    Map<String, String> sides = new LinkedHashMap<>();
    sides.put("slipstream", "Slipstream");
    sides.put("asyncCache", "AsyncCache, shared future cancelled");
    sides.put("asyncCacheCopy", "AsyncCache, `copy()`");
    sides.put("byHand", "map of futures");
    return sides;
  }

  private static Map<String, String> shapes() {
    Map<String, String> shapes = new LinkedHashMap<>();
    shapes.put("zipf", "Zipf, moving hot set");
    shapes.put("scan", "Zipf and a scan over it");
    return shapes;
  }

  static String name(String side, String shape, int gaveUp) {
    return "Trace.%s shape=%s gaveUp=%d".formatted(side, shape, gaveUp);
  }

  /** Where callers give up: the loads, and the callers' tail beside the best peer's. */
  static List<Row> judged(Results results) {
    List<Row> rows = new ArrayList<>();
    for (var shape : SHAPES.entrySet()) {
      for (int gaveUp : GAVE_UP.subList(1, GAVE_UP.size())) {
        String path = "trace, %s, %d %% give up".formatted(shape.getValue(), gaveUp);
        String ours = name("slipstream", shape.getKey(), gaveUp);
        Samples loads = results.of(ours, "finished");
        Samples bound = results.of(ours, "bound");
        rows.add(
            new Row(
                path + ": loads run beside the lower bound",
                "",
                loads,
                bound,
                loads.over(bound),
                new Samples(),
                Bound.atMost(1.01, 1.0)));
        Samples tail = results.of(ours, "q0.999");
        Samples best = bestPeer(results, shape.getKey(), gaveUp);
        rows.add(
            new Row(
                path + ": p99.9 beside the best peer",
                "ms",
                tail,
                best,
                tail.over(best),
                new Samples(),
                Bound.atMost(1.0, Double.NaN)));
      }
    }
    return rows;
  }

  /** The peer whose median is the least. */
  private static Samples bestPeer(Results results, String shape, int gaveUp) {
    Samples best = new Samples();
    for (String side : SIDES.keySet()) {
      Samples tail = results.of(name(side, shape, gaveUp), "q0.999");
      boolean better = best.isEmpty() || tail.median() < best.median();
      if (!side.equals("slipstream") && better) {
        best = tail;
      }
    }
    return best;
  }

  static String table(Results results) {
    List<List<String>> rows = new ArrayList<>();
    for (var shape : SHAPES.entrySet()) {
      for (int gaveUp : GAVE_UP) {
        for (var side : SIDES.entrySet()) {
          String name = name(side.getKey(), shape.getKey(), gaveUp);
          if (!results.of(name, "finished").isEmpty()) {
            rows.add(row(results, name, shape.getValue(), gaveUp, side.getValue()));
          }
        }
      }
    }
    return Markdown.table(HEADINGS, rows);
  }

  private static List<String> row(
      Results results, String name, String shape, int gaveUp, String side) {
    Samples started = results.of(name, "started");
    Samples finished = results.of(name, "finished");
    return List.of(
        shape,
        gaveUp + " %",
        side,
        "%.0f / %.0f".formatted(finished.median(), results.of(name, "bound").median()),
        "%.0f".formatted(results.of(name, "forNobody").median()),
        "%.0f".formatted(started.minus(finished).median()),
        "%.0f".formatted(results.of(name, "failed").median()),
        Numbers.showRange(results.of(name, "q0.5")),
        Numbers.showRange(results.of(name, "q0.99")),
        Numbers.showRange(results.of(name, "q0.999")));
  }
}
