package dev.slipstream.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void helpIsPrinted() {
    assertEquals(0, run("--help"));
    assertEquals(Options.USAGE + System.lineSeparator(), text(out));
    assertEquals("", text(err));
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run("--clients", "many"));
    assertEquals(
        "bad option: --clients needs a number, not 'many' (--help lists the options)%n".formatted(),
        text(err));
    assertEquals("", text(out));
  }

  @Test
  void aPortInUseIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertEquals(1, run("--port", port));
      assertTrue(text(err).startsWith("port " + port + " "), text(err));
      assertTrue(text(err).contains("--port"), text(err));
      assertEquals(1, text(err).lines().count(), text(err));
      assertEquals("", text(out));
    }
  }

  private int run(String... arguments) {
    return Main.run(List.of(arguments), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
