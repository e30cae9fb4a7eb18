package dev.slipstream.examples.liveview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import dev.slipstream.examples.shared.Terminal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiveViewTest {
  private static final Terminal FILE = new Terminal(false, false, false);
  private static final Terminal SCREEN = new Terminal(true, true, true);

  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @Test
  void intoAFileItPrintsALineASecondAndTheSummary() {
    assertEquals(0, run(FILE, "--seconds", "1"), err::text);
    List<String> lines = out.text().lines().toList();
    assertTrue(lines.get(0).startsWith("  1 s"), out::text);
    assertEquals("", lines.get(1));
    assertTrue(out.text().contains("in 0 gaps"), out::text);
    assertTrue(lines.get(lines.size() - 1).endsWith("all are accounted for."), out::text);
    assertFalse(out.text().contains("\u001b"), out::text);
    assertEquals("", err.text());
  }

  @Test
  void withAShortJournalTheGapsAreReported() {
    assertEquals(0, run(FILE, "--seconds", "1", "--journal", "1", "--tail", "1"), err::text);
    assertFalse(out.text().contains("in 0 gaps"), out::text);
    assertTrue(out.text().contains("all are accounted for."), out::text);
  }

  @Test
  void theCursorIsShownAgain() {
    assertEquals(0, run(SCREEN, "--seconds", "1", "--keys", "2", "--threads", "1"), err::text);
    String text = out.text();
    assertTrue(text.indexOf("\u001b[?25h") > text.lastIndexOf("\u001b[?25l"), text);
    assertTrue(text.contains("FETCH_STARTED"), text);
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run(FILE, "--keys", "1"));
    assertEquals(
        "bad option: --keys must be from 2 to 10000, not 1 (--help lists the options)%n"
            .formatted(),
        err.text());
  }

  @Test
  void theUsageNamesEveryOption() {
    assertEquals(0, run(FILE, "--help"));
    for (String option :
        List.of("--seconds", "--keys", "--threads", "--journal", "--tail", "--help")) {
      assertTrue(out.text().contains("  " + option + " "), option);
    }
  }

  private int run(Terminal terminal, String... arguments) {
    return LiveView.run(List.of(arguments), terminal, out.stream(), err.stream());
  }
}
