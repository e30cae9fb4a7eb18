package dev.slipstream.examples.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole program, with a server. */
@Tag("postgres")
@Timeout(120)
class WireWithServerTest {
  private static final Pattern SERVER =
      Pattern.compile("PostgreSQL is process (\\d+), on port \\d+, in (\\S+)");

  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @Test
  void theServersCountWhatIsCancelledAndWhatRunsOn() {
    int exitCode =
        Wire.run(
            List.of("--items=2", "--callers=5", "--query-millis=500"), out.stream(), err.stream());

    assertEquals(0, exitCode, err::text);
    assertEquals("", err.text());
    assertEquals("2 0 2", counts("JDBC, the thread is interrupted"));
    assertEquals("2 2 0", counts("JDBC, Statement.cancel"));
    assertEquals("2 0 2", counts("R2DBC, the subscription is cancelled"));
    assertEquals("2 2 0", counts("R2DBC, cancelRequest"));
    assertEquals("2 0 2", counts("gRPC, a future of one's own"));
    assertEquals("2 2 0", counts("gRPC, the future of a stub"));
    assertNothingIsLeft(out.text());
  }

  @Test
  void programsThatAreNoServerAreNamed() throws IOException {
    Path programs = Files.createTempDirectory("no-server");
    for (String name : List.of("initdb", "postgres")) {
      Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\necho no; exit 3\n");
      assertTrue(program.toFile().setExecutable(true, false));
    }
    assertTrue(programs.toFile().setExecutable(true, false));

    int exitCode = Wire.run(List.of("--server", programs.toString()), out.stream(), err.stream());

    assertEquals(1, exitCode);
    assertTrue(err.text().contains("initdb has ended with 3: no"), err::text);
    assertEquals(1, err.text().lines().count(), err::text);
    Files.delete(programs.resolve("initdb"));
    Files.delete(programs.resolve("postgres"));
    Files.delete(programs);
  }

  @Test
  void aSignalLeavesNoServerAndNoFilesBehind() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Wire.class.getName(),
                "--query-millis=60000")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = program.inputReader(StandardCharsets.UTF_8)) {
      StringJoiner printed = new StringJoiner("\n");
      String line = lines.readLine();
      while (line != null && !line.contains("PostgreSQL is")) {
        printed.add(line);
        line = lines.readLine();
      }
      printed.add(String.valueOf(line));
      new ProcessBuilder("kill", "-TERM", Long.toString(program.pid())).start().waitFor();
      lines.lines().forEach(printed::add);

      assertTrue(program.waitFor(30, TimeUnit.SECONDS));
      assertEquals(143, program.exitValue(), printed.toString());
      assertTrue(printed.toString().endsWith("so there is no table"), printed.toString());
      assertNothingIsLeft(printed.toString());
    } finally {
      program.destroyForcibly();
    }
  }

  private static void assertNothingIsLeft(String printed) {
    Matcher server = SERVER.matcher(printed);
    assertTrue(server.find(), printed);
    assertFalse(
        ProcessHandle.of(Long.parseLong(server.group(1)))
            .map(ProcessHandle::isAlive)
            .orElse(false));
    assertFalse(Files.exists(Path.of(server.group(2))));
  }

  /** Returns the counts of a row of the table. */
  private String counts(String label) {
    return out.text()
        .lines()
        .filter(line -> line.startsWith(label + ' '))
        .map(line -> line.substring(label.length()).strip().replaceAll(" +", " "))
        .map(line -> line.replaceFirst(" [0-9.,]+ ms$", ""))
        .findAny()
        .orElseThrow(() -> new AssertionError(label + " is not in " + out.text()));
  }
}
