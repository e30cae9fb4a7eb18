package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.RunResult;
import dev.slipstream.examples.shared.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The report at the end: a table with a column for each backend, its legend, and a summary. */
final class Report {

  private Report() {}

  /** Returns the lines to print. */
  static List<String> lines(List<RunResult> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(Table.row("", runs, RunResult::name));
    lines.add(Table.rule(runs));
    lines.add(count("requests", runs, RunResult::requests));
    lines.add(Table.row("p50 of the answers", runs, run -> Table.time(run.p50Nanos())));
    lines.add(Table.row("p99 of the answers", runs, run -> Table.time(run.p99Nanos())));
    lines.add(count("SQL queries started", runs, RunResult::queriesStarted));
    lines.add(count("queries cancelled in the database", runs, RunResult::queriesCancelled));
    lines.add(count("failed requests", runs, RunResult::failed));
    lines.add(count("killed by another caller's timeout", runs, RunResult::killed));
    if (runs.stream().anyMatch(run -> run.errors() > 0)) {
      lines.add(count("failed without a timeout", runs, RunResult::errors));
    }
    lines.add("");
    lines.add("p50 and p99: of the requests that succeeded.");
    lines.add("Killed: timed out more than 10 ms before the request's own timeout elapsed.");
    lines.add(
        "Caffeine: get().orTimeout(). With get().copy() no request is killed, but no query is"
            + " cancelled either.");
    lines.add("");
    lines.addAll(summary(runs));
    return lines;
  }

  /** Returns the figures that matter most as sentences. */
  static List<String> summary(List<RunResult> runs) {
    String requests = Table.count(runs.get(0).requests());
    return List.of(
        "%s requests took %s queries.".formatted(requests, each(runs, RunResult::queriesStarted)),
        "Other callers' timeouts killed %s requests.".formatted(each(runs, RunResult::killed)));
  }

  private static String count(
      String label, List<RunResult> runs, ToLongFunction<RunResult> figure) {
    return Table.row(label, runs, run -> Table.count(figure.applyAsLong(run)));
  }

  private static String each(List<RunResult> runs, ToLongFunction<RunResult> figure) {
    return runs.stream()
        .map(run -> "%s (%s)".formatted(Table.count(figure.applyAsLong(run)), run.name()))
        .collect(Collectors.joining(", "));
  }
}
