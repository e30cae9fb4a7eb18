package dev.slipstream.examples.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @Test
  void helpIsPrinted() {
    assertEquals(0, run("--help"));
    assertEquals(Options.USAGE + System.lineSeparator(), out.text());
    assertEquals("", err.text());
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run("--clients", "many"));
    assertEquals(
        "bad option: --clients needs a number, not 'many' (--help lists the options)%n".formatted(),
        err.text());
    assertEquals("", out.text());
  }

  @Test
  void aPortInUseIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertEquals(1, run("--port", port));
      assertTrue(err.text().startsWith("port " + port + " "), err.text());
      assertTrue(err.text().contains("--port"), err.text());
      assertEquals(1, err.text().lines().count(), err.text());
      assertEquals("", out.text());
    }
  }

  private int run(String... arguments) {
    return Comparison.run(List.of(arguments), out.stream(), err.stream());
  }
}
