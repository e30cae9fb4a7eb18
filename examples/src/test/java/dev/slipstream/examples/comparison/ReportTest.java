package dev.slipstream.examples.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.RunResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final RunResult PLAIN =
      new RunResult("no cache", 12_345, 1_234_000_000L, 2_900_000_000L, 1_410, 390, 1_200, 0, 0);
  private static final RunResult CACHED =
      new RunResult("Slipstream", 12_345, 1_260_000, 45_600_000, 212, 40, 99, 0, 0);

  @Test
  void theTableIsAligned() {
    assertEquals(
        """
                                                 no cache   Slipstream
        --------------------------------------------------------------
        requests                                   12,345       12,345
        p50 of the answers                       1,234 ms       1.3 ms
        p99 of the answers                       2,900 ms        46 ms
        SQL queries started                         1,410          212
        queries cancelled in the database             390           40
        failed requests                             1,200           99
        killed by another caller's timeout              0            0
        """,
        String.join("\n", Report.lines(List.of(PLAIN, CACHED)).subList(0, 9)) + "\n");
  }

  @Test
  void theSummaryStatesTheFigures() {
    assertEquals(
        List.of(
            "12,345 requests took 1,410 (no cache), 212 (Slipstream) queries.",
            "Other callers' timeouts killed 0 (no cache), 0 (Slipstream) requests."),
        Report.summary(List.of(PLAIN, CACHED)));
  }

  @Test
  void otherFailuresHaveARowIfThereAreAny() {
    assertFalse(hasErrorRow(PLAIN));
    assertTrue(hasErrorRow(new RunResult("broken", 9, 1, 1, 9, 0, 3, 0, 2)));
  }

  @Test
  void everyLineFitsATerminal() {
    for (String line : Report.lines(List.of(PLAIN, CACHED, CACHED))) {
      assertTrue(line.length() <= 120, line);
    }
  }

  private static boolean hasErrorRow(RunResult run) {
    return Report.lines(List.of(run)).stream().anyMatch(line -> line.contains("without a timeout"));
  }
}
