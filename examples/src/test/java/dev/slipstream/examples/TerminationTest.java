package dev.slipstream.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.cluster.Cluster;
import dev.slipstream.examples.liveview.LiveView;
import dev.slipstream.examples.outage.Outage;
import dev.slipstream.examples.warmstart.WarmStart;
import dev.slipstream.processes.EmbeddedRedis;
import dev.slipstream.processes.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that a SIGTERM or Ctrl-C ends still saves, prints its summary, ends its processes. */
@Timeout(60)
class TerminationTest {
  private static final int INT = 2;
  private static final int TERM = 15;

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

  @Test
  void theOutageSaysThatThereIsNoTable() throws Exception {
    String plot = directory.resolve("outage.svg").toString();
    String printed = end(interrupt(), Outage.class, "Four runs", "--before", "600", "--plot", plot);
    assertTrue(printed.endsWith("so there is no table"), printed);
    assertFalse(Files.exists(Path.of(plot)));
  }

  @Test
  void theClusterLeavesNoProcessBehind() throws Exception {
    String server =
        RedisServer.installed("redis-server").orElseGet(EmbeddedRedis::binary).toString();
    String printed =
        end(interrupt(), Cluster.class, "hot key: ", "--rounds", "100000", "--server", server);

    List<Long> processes =
        Pattern.compile("is process (\\d+)")
            .matcher(printed)
            .results()
            .map(found -> Long.valueOf(found.group(1)))
            .toList();
    assertEquals(5, processes.size(), printed); // two servers, three nodes
    assertEquals(List.of(), processes.stream().filter(TerminationTest::isAlive).toList(), printed);
    assertFalse(printed.contains("failed"), printed);
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String terminate(Class<?> program, String when, String... options)
      throws IOException, InterruptedException {
    return end(TERM, program, when, options);
  }

  /** Returns SIGINT, unless this JVM runs in the background of a script, where it is ignored. */
  private static int interrupt() throws IOException {
    Path status = Path.of("/proc/self/status");
    String ignored =
        Files.isReadable(status)
            ? Files.readString(status).replaceFirst("(?s).*\nSigIgn:\\s*(\\w+).*", "$1")
            : "0";
    return (Long.parseUnsignedLong(ignored, 16) & 1 << INT - 1) == 0 ? INT : TERM;
  }

  /** Starts a program, ends it once it has printed {@code when}, and returns its output. */
  private static String end(int signal, Class<?> program, String when, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      StringJoiner printed = new StringJoiner("\n");
      String line = lines.readLine();
      while (line != null && !line.contains(when)) {
        printed.add(line);
        line = lines.readLine();
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      lines.lines().forEach(printed::add);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(128 + signal, process.exitValue(), printed.toString());
      return printed.toString();
    } finally {
      process.destroyForcibly();
    }
  }
}
