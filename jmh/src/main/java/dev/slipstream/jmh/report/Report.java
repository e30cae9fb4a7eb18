package dev.slipstream.jmh.report;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of a run, JDK by JDK. */
final class Report {
  private final Settings settings;
  private final Map<Jdk, Results> results = new LinkedHashMap<>();
  private boolean missed;

  Report(Settings settings, Store store) throws IOException {
    this.settings = settings;
    for (Jdk jdk : settings.jdks()) {
      results.put(jdk, Results.read(store, jdk, settings.rounds()));
    }
  }

  /** True if a must was missed; known once the judged rows are shown. */
  boolean missed() {
    return missed;
  }

  /** Returns what was measured on the newest JDK, which measures everything. */
  Results everything() {
    return results.get(
        settings.jdks().stream().filter(settings::everything).findFirst().orElseThrow());
  }

  String text() {
    String text = machine() + judged();
    return settings.only().isPresent()
        ? text
        : text
            + "\n## Every peer\n\n"
            + Peers.table(everything())
            + "\n## Traces\n\n"
            + TraceRows.table(everything())
            + "\n## Growth\n\n"
            + GrowthRows.table(everything())
            + "\n## Memory\n\n"
            + GrowthRows.footprints(everything());
  }

  String machine() {
    return "Measured on %s by `%s` on %s: %s.%n"
        .formatted(
            settings.date(),
            settings.command(),
            String.join(" and ", settings.jdks().stream().map(Jdk::title).toList()),
            settings.machine());
  }

  /** Returns a table for each JDK. A run of some steps only shows the rows that it measured. */
  String judged() {
    StringBuilder text = new StringBuilder();
    results.forEach(
        (jdk, measured) -> {
          List<Row> rows =
              JudgedRows.of(measured).stream().filter(row -> isExpected(row, jdk)).toList();
          missed |= rows.stream().anyMatch(Row::missed);
          text.append("\n### ").append(jdk.title()).append("\n\n");
          text.append(Markdown.table(Row.HEADINGS, rows.stream().map(Row::cells).toList()));
        });
    return text.toString();
  }

  /** On the newest JDK of a whole run each row must be there, or its must is missed. */
  private boolean isExpected(Row row, Jdk jdk) {
    return row.measured()
        || settings.only().isEmpty() && settings.everything(jdk) && jdk.feature() >= 21;
  }
}
