package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.shared.Table;
import java.util.List;
import java.util.function.ToLongFunction;

/** The report at the end: a table with a column for each cache manager, and its legend. */
final class Report {
  private Report() {}

  /** Returns the lines to print. */
  static List<String> lines(List<Result> runs) {
    return List.of(
        Table.row("cache manager", runs, run -> run.manager().label()),
        Table.row("null values", runs, run -> run.manager().nullValues()),
        Table.rule(runs),
        count("requests", runs, Result::requests),
        count("answered", runs, Result::answered),
        count("disconnected", runs, Result::disconnected),
        count("failed, though they did not", runs, Result::failed),
        count("queries started", runs, Result::started),
        count("cancelled in the database", runs, Result::cancelled),
        count("run to the end for nobody", runs, Result::forNobody),
        "",
        "Disconnected: the client closed its connection before it had an answer.",
        "For nobody: when the query ended, every client that had asked for it had disconnected.");
  }

  private static String count(String label, List<Result> runs, ToLongFunction<Result> figure) {
    return Table.row(label, runs, run -> Table.count(figure.applyAsLong(run)));
  }
}
