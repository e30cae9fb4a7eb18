package dev.slipstream.examples.warmstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmStartTest {
  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @Test
  void itRunsColdWarmAndWithADamagedFile() {
    assertEquals(0, run("--requests", "40", "--rows", "5000"), err::text);
    List<String> starts =
        out.text().lines().filter(line -> line.matches("(cold|warm): .*")).toList();
    assertEquals(3, starts.size(), out::text);
    assertTrue(starts.get(0).startsWith("cold: "), out::text);
    assertTrue(starts.get(1).startsWith("warm: "), out::text);
    assertTrue(starts.get(2).startsWith("cold: view file "), out::text);
    String[] queries = row("SQL queries started").split(" +");
    assertTrue(Integer.parseInt(queries[4]) < Integer.parseInt(queries[3]), out::text);
    assertTrue(row("failed requests").matches(".* 0 +0"), out::text);
    assertEquals("", err.text());
  }

  @Test
  void aPortInUseIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertEquals(1, run("--port", port, "--rows", "5000"));
      assertTrue(err.text().startsWith("port " + port + " is not available "), err::text);
      assertEquals(1, err.text().lines().count(), err::text);
    }
  }

  @Test
  void theMessageNamesAMissingDirectory() {
    assertEquals(1, run("--serve", "--file", "/no/such/place.view", "--rows", "5000"));
    assertTrue(err.text().contains("/no/such"), err::text);
    assertEquals("", out.text());
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run("--serve", "8080"));
    assertEquals(
        "bad option: unknown option 8080 (--help lists the options)%n".formatted(), err.text());
  }

  @Test
  void theUsageNamesEveryOption() {
    assertEquals(0, run("--help"));
    for (String option :
        List.of(
            "--serve", "--port", "--file", "--save-seconds", "--requests", "--rows", "--help")) {
      assertTrue(out.text().contains("  " + option + " "), option);
    }
  }

  private String row(String label) {
    return out.text().lines().filter(line -> line.startsWith(label)).findAny().orElseThrow();
  }

  private int run(String... arguments) {
    return WarmStart.run(List.of(arguments), out.stream(), err.stream());
  }
}
