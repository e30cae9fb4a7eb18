package dev.slipstream.examples.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of {@link Wire}, and what it prints. */
class WireTest {
  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @Test
  void aDirectoryWithoutAServerIsOneLineThatSaysWhatWasLookedFor(@TempDir Path empty) {
    assertEquals(1, run("--server", empty.toString()));
    assertTrue(
        err.text()
            .startsWith(
                "no PostgreSQL server: " + empty + " does not have initdb and postgres: install"),
        err::text);
    assertTrue(err.text().contains("apt-get install postgresql"), err::text);
    assertEquals(1, err.text().lines().count(), err::text);
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run("--callers", "0"));
    assertEquals(
        "bad option: --callers must be from 1 to 10000, not 0 (--help lists the options)%n"
            .formatted(),
        err.text());
  }

  @Test
  void theUsageNamesEveryOption() {
    assertEquals(0, run("--help"));
    for (String option : List.of("--items", "--callers", "--query-millis", "--server", "--help")) {
      assertTrue(out.text().contains("  " + option + " "), option);
    }
  }

  @Test
  void theTableHasARowForEachWay() {
    List<String> lines =
        Report.lines(
            List.of(new Result("some way", 1_003, 3, 29_100_000), new Result("all", 2, 2, 0)));

    assertEquals(
        List.of(
            "when the last caller leaves               started    cancelled   for nobody"
                + "   gone after",
            "-".repeat(88),
            "some way                                    1,003        1,000            3"
                + "        29 ms",
            "all                                             2            0            2"
                + "       0.0 ms"),
        lines.subList(0, 4));
  }

  private int run(String... arguments) {
    return Wire.run(List.of(arguments), out.stream(), err.stream());
  }
}
