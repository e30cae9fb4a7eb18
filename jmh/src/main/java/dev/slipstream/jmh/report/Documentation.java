package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Path;

/** Writes the tables into the page about performance, and the pictures beside it. */
final class Documentation {
  private final Path docs;

  Documentation(Path docs) {
    this.docs = docs;
  }

  void write(Report report) throws IOException {
    Page page = new Page(docs.resolve("performance.md"));
    page.replace("judged", report.machine() + report.judged());
    page.replace("peers", Peers.table(report.everything()));
    page.replace("traces", TraceRows.table(report.everything()));
    page.replace("growth", GrowthRows.table(report.everything()));
    page.replace("memory", GrowthRows.footprints(report.everything()));
    page.write();
    new Pictures(docs.resolve("images").resolve("performance")).draw(report.everything());
  }
}
