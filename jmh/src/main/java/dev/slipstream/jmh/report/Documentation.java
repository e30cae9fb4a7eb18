package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the tables into the page about performance, and the pictures beside it. */
final class Documentation {
  static final List<String> PARTS = List.of("judged", "peers", "traces", "growth", "memory");

  private final Path docs;

  Documentation(Path docs) {
    this.docs = docs;
  }

  void write(Report report) throws IOException {
    Page page = new Page(docs.resolve("performance.md"));
    for (String part : PARTS) {
      page.replace(part, content(report, part));
    }
    page.write();
    new Pictures(report.everything(), docs.resolve("images").resolve("performance")).draw();
  }

  private static String content(Report report, String part) {
    Results results = report.everything();
    return switch (part) {
      case "judged" -> report.machine() + report.judged();
      case "peers" -> Peers.table(results);
      case "traces" -> TraceRows.table(results);
      case "growth" -> GrowthRows.table(results);
      case "memory" -> GrowthRows.footprints(results);
      default -> throw new IllegalArgumentException("no part is named " + part);
    };
  }
}
