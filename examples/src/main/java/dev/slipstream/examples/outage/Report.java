package dev.slipstream.examples.outage;

import dev.slipstream.examples.outage.Phases.Phase;
import dev.slipstream.examples.shared.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The table at the end, with a column for each backend, and its legend. */
final class Report {

  private Report() {}

  /** Returns the lines to print. */
  static List<String> lines(List<OutageResult> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(Table.row("", runs, OutageResult::cache));
    lines.add(Table.row("", runs, OutageResult::variant));
    lines.add(Table.rule(runs));
    lines.add(count("requests", runs, OutageResult::requests));
    lines.add(count("served", runs, OutageResult::served));
    lines.add(share("stale share of these", runs, OutageResult::staleShare));
    lines.add(share("stale share during the outage", runs, OutageResult::staleShareOfOutage));
    lines.add(
        Table.row("oldest answer", runs, run -> decimal("%,.1f s", run.oldestMillis() / 1_000.0)));
    lines.add(count("failures seen by callers", runs, OutageResult::failed));
    lines.add(count("  of items cached before", runs, OutageResult::failedOfCached));
    lines.add(count("  of new items", runs, OutageResult::failedOfNew));
    lines.add(
        Table.row(
            "p99 of replies during the outage", runs, run -> Table.time(run.p99OfOutageNanos())));
    lines.add(count("loads", runs, OutageResult::loads));
    lines.add(calls("backend calls a second, before", runs, Phase.BEFORE));
    lines.add(calls("  during the outage", runs, Phase.DURING));
    lines.add(calls("  after", runs, Phase.AFTER));
    lines.add("");
    lines.addAll(legend(runs.get(0).options()));
    return lines;
  }

  private static List<String> legend(Options options) {
    long ttl = options.timeToLive().toMillis();
    return List.of(
        "plain: expireAfterWrite(%,d ms). protected: the same with refreshAfterWrite(%,d ms),"
                .formatted(ttl, ttl / 2)
            + " earlyRefresh,",
        "staleIfError, softTimeout, failureBackoff, failureTtl and maxConcurrentFetches.",
        "refresh: expireAfterWrite and refreshAfterWrite, as above. bulkhead: the same, its loader"
            + " in a bulkhead.",
        "Stale: older than expireAfterWrite. New items: first requested during the outage.",
        "Backend calls: queries sent to the database, and tries to connect to it.");
  }

  private static String count(
      String label, List<OutageResult> runs, ToLongFunction<OutageResult> figure) {
    return Table.row(label, runs, run -> Table.count(figure.applyAsLong(run)));
  }

  private static String share(
      String label, List<OutageResult> runs, ToDoubleFunction<OutageResult> figure) {
    return Table.row(label, runs, run -> decimal("%.1f %%", 100 * figure.applyAsDouble(run)));
  }

  private static String calls(String label, List<OutageResult> runs, Phase phase) {
    return Table.row(label, runs, run -> decimal("%,.1f", run.callsPerSecond(phase)));
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
