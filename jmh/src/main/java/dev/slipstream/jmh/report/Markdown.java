package dev.slipstream.jmh.report;

import java.util.List;
import java.util.stream.Collectors;

/** Renders tables; all columns but the first are set to the right. */
final class Markdown {
  private Markdown() {}

  static String table(List<String> headings, List<List<String>> rows) {
    String rule = "| --- |" + " ---: |".repeat(headings.size() - 1);
    return row(headings)
        + '\n'
        + rule
        + '\n'
        + rows.stream().map(Markdown::row).collect(Collectors.joining("\n"))
        + '\n';
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
