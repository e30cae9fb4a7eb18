package dev.slipstream.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.liveview.LiveView;
import dev.slipstream.examples.warmstart.WarmStart;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that a SIGTERM or Ctrl-C ends still saves and prints its summary. */
@Timeout(60)
class TerminationTest {
  @TempDir private Path directory;

  @Test
  void theServiceSaves() throws Exception {
    Path file = directory.resolve("warm.view");
    String printed =
        terminate(
            WarmStart.class, "serving", "--serve", "--rows", "5000", "--file", file.toString());
    assertTrue(printed.contains("saved: 0 entries"), printed);
    assertTrue(Files.exists(file));
  }

  @Test
  void theLiveViewPrintsItsSummary() throws Exception {
    String printed = terminate(LiveView.class, "events/s", "--seconds", "60");
    assertTrue(printed.endsWith("all are accounted for."), printed);
  }

  /**
   * Starts a program, ends it once it has printed {@code when}, and returns the rest of its output.
   */
  private static String terminate(Class<?> program, String when, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !line.contains(when)) {
        line = lines.readLine();
      }
      process.toHandle().destroy(); // without closing the streams, as Process.destroy does
      String printed = lines.lines().collect(Collectors.joining("\n"));
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(128 + 15, process.exitValue());
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
