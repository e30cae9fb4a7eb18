package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTest {
  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @TempDir private Path directory;

  @Test
  void helpIsPrinted() {
    assertEquals(0, run("--help"));
    assertEquals(Options.USAGE + System.lineSeparator(), out.text());
    assertEquals("", err.text());
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run("--outage", "long"));
    assertEquals(
        "bad option: --outage needs a number, not 'long' (--help lists the options)%n".formatted(),
        err.text());
    assertEquals("", out.text());
  }

  @Test
  void aPortInUseIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertEquals(1, run("--port", port));
      assertTrue(err.text().startsWith("port " + port + " is not available "), err.text());
      assertEquals(1, err.text().lines().count(), err.text());
      assertEquals("", out.text());
    }
  }

  @Test
  void aPlotThatCannotBeWrittenFailsBeforeTheRuns() {
    for (Path plot : List.of(directory.resolve("none").resolve("outage.svg"), directory)) {
      err.clear();
      assertEquals(1, run("--plot", plot.toString()));
      assertTrue(err.text().startsWith("failed: "), err.text());
      assertTrue(err.text().contains(directory.toString()), err.text());
      assertEquals(1, err.text().lines().count(), err.text());
      assertEquals("", out.text());
    }
  }

  private int run(String... arguments) {
    return Outage.run(List.of(arguments), out.stream(), err.stream());
  }
}
