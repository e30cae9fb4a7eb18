package dev.slipstream.examples.wire;

import dev.slipstream.examples.shared.Table;
import java.util.ArrayList;
import java.util.List;

/** The report at the end: a table with a row for each way, and its legend. */
final class Report {
  private Report() {}

  /** Returns the lines to print. */
  static List<String> lines(List<Result> results) {
    List<String> lines = new ArrayList<>();
    lines.add(
        row("when the last caller leaves", "started", "cancelled", "for nobody", "gone after"));
    lines.add(Table.rule(List.of(1, 2, 3, 4)));
    for (Result result : results) {
      lines.add(
          row(
              result.way(),
              Table.count(result.started()),
              Table.count(result.cancelled()),
              Table.count(result.forNobody()),
              Table.time(result.goneNanos())));
    }
    lines.add("");
    lines.add(
        "Started, cancelled, for nobody: requests, as the server counts them. For nobody: it");
    lines.add(
        "ran to its end though all callers had left. Gone after: from the last leave until the");
    lines.add("server was done with the request, the longest; PostgreSQL's from pg_stat_activity.");
    return lines;
  }

  private static String row(String label, String... columns) {
    return Table.row(label, List.of(columns), column -> column);
  }
}
