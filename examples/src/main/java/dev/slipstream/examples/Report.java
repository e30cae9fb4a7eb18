package dev.slipstream.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table at the end: a column for each backend, what the rows mean, and what it comes to. */
final class Report {
  private static final int LABEL = 36;
  private static final int COLUMN = 13;
  private static final double MILLI = 1e6;

  private Report() {}

  /** Returns the lines to print. */
  static List<String> lines(List<RunResult> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(row("", runs, RunResult::name));
    lines.add("-".repeat(LABEL + COLUMN * runs.size()));
    lines.add(row("requests", runs, run -> count(run.requests())));
    lines.add(row("p50 of the answers", runs, run -> time(run.p50Nanos())));
    lines.add(row("p99 of the answers", runs, run -> time(run.p99Nanos())));
    lines.add(row("SQL queries started", runs, run -> count(run.queriesStarted())));
    lines.add(row("queries cancelled in the database", runs, run -> count(run.queriesCancelled())));
    lines.add(row("failed requests", runs, run -> count(run.failed())));
    lines.add(row("killed by somebody else's timeout", runs, run -> count(run.killed())));
    if (runs.stream().anyMatch(run -> run.errors() > 0)) {
      lines.add(row("failed, but by no timeout", runs, run -> count(run.errors())));
    }
    lines.add("");
    lines.add(
        "p50, p99: without the failed. Killed: timed out over 10 ms before its own patience ended.");
    lines.add(
        "Caffeine: the plain get().orTimeout(); get().copy() kills nobody, but never cancels.");
    lines.add("");
    lines.add(conclusion(runs));
    return lines;
  }

  /** Returns what the figures say, whatever they are. */
  static String conclusion(List<RunResult> runs) {
    return "%s requests took %s queries; timeouts of others killed %s."
        .formatted(
            count(runs.get(0).requests()),
            each(runs, run -> "%s (%s)".formatted(count(run.queriesStarted()), run.name())),
            each(runs, run -> count(run.killed())));
  }

  private static String each(List<RunResult> runs, Function<RunResult, String> figure) {
    return runs.stream().map(figure).collect(Collectors.joining(", "));
  }

  static String row(String label, List<RunResult> runs, Function<RunResult, String> figure) {
    return String.format("%-" + LABEL + "s", label)
        + runs.stream()
            .map(run -> String.format("%" + COLUMN + "s", figure.apply(run)))
            .collect(Collectors.joining());
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns milliseconds, with a decimal as long as it says something. */
  static String time(long nanos) {
    double millis = nanos / MILLI;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%,.0f ms", millis);
  }
}
