package dev.slipstream.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void inAFileARunIsOneLine() {
    ProgressBar progress = new ProgressBar(out, new Terminal(false, false, false));
    progress.begin("Filling");
    progress.update("Caffeine", 5, 1, 10);
    progress.end("Caffeine", 3, 10);
    assertEquals(
        "Caffeine   ################################ 100 %       7 answered      3 failed"
            + System.lineSeparator(),
        written());
  }

  @Test
  void onATerminalTheLineChangesInPlace() {
    ProgressBar progress = new ProgressBar(out, new Terminal(true, true, false));
    progress.update("Caffeine", 5, 1, 10);
    progress.update("Caffeine", 10, 1, 10);
    String[] lines = written().split("\r");
    assertTrue(lines[1].startsWith("Caffeine   " + "█".repeat(16) + "░".repeat(16) + "  50 %"));
    assertEquals(lines[1].length(), lines[2].length());
    assertTrue(written().indexOf('\n') < 0);
  }

  @Test
  void afterSilenceNothingIsWritten() {
    ProgressBar progress = new ProgressBar(out, new Terminal(true, true, false));
    progress.update("Caffeine", 5, 1, 10);
    progress.silence();
    assertTrue(written().endsWith("\r"));
    written.reset();
    progress.update("Caffeine", 6, 1, 10);
    progress.end("Caffeine", 1, 10);
    assertEquals("", written());
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
