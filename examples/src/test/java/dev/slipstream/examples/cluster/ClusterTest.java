package dev.slipstream.examples.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import dev.slipstream.processes.EmbeddedRedis;
import dev.slipstream.processes.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterTest {
  private final Printed out = new Printed();
  private final Printed err = new Printed();

  @Test
  void theOwnerIsKilledAndANodeIsCutOffAndTheCountsHold() {
    String server =
        RedisServer.installed("redis-server").orElseGet(EmbeddedRedis::binary).toString();
    assertEquals(
        0,
        run("--callers=4", "--rounds=5", "--kills=1", "--lease-millis=3000", "--server", server),
        () -> out.text() + err.text());

    assertEquals("5", row("loads of 5 rounds of the hot key"));
    assertEquals("2", row("loads of 1 rounds whose owner was killed"));
    assertEquals("2", row("loads of a key while one node is cut off"));
    assertEquals("0", row("stale reads among them"));
    assertTrue(out.text().contains("kill -9"), out::text);
    assertTrue(out.text().contains("node-3 is healed"), out::text);
    assertTrue(out.text().endsWith("All counts are as they have to be.%n".formatted()), out::text);
    assertEquals("", err.text());
  }

  @Test
  void aServerThatIsNotInstalledIsOneLineThatSaysHowToInstallIt() {
    assertEquals(1, run("--server", "no-such-server"));
    assertTrue(err.text().startsWith("no-such-server is not on the PATH: install it"), err::text);
    assertTrue(err.text().contains("apt-get install redis-server"), err::text);
    assertEquals(1, err.text().lines().count(), err::text);
  }

  @Test
  void aFileThatIsNoProgramIsNamed() {
    assertEquals(1, run("--server", "/no/such/server"));
    assertTrue(err.text().startsWith("/no/such/server is not a program"), err::text);
  }

  @Test
  void aProgramThatIsNoServerIsNamed() {
    assertEquals(1, run("--server", "false"));
    assertTrue(err.text().contains("false does not answer on port"), err::text);
    assertEquals(1, err.text().lines().count(), err::text);
  }

  @Test
  void aPortInUseIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertEquals(1, run("--port", port, "--server", "false"));
      assertTrue(err.text().startsWith("port " + port + " is not available "), err::text);
      assertEquals(1, err.text().lines().count(), err::text);
    }
  }

  @Test
  void aBadOptionIsOneLine() {
    assertEquals(2, run("--nodes", "1"));
    assertEquals(
        "bad option: --nodes must be from 2 to 16, not 1 (--help lists the options)%n".formatted(),
        err.text());
  }

  @Test
  void theUsageNamesEveryOption() {
    assertEquals(0, run("--help"));
    for (String option :
        List.of(
            "--nodes",
            "--callers",
            "--rounds",
            "--kills",
            "--lease-millis",
            "--port",
            "--server",
            "--help")) {
      assertTrue(out.text().contains("  " + option + " "), option);
    }
  }

  /** Returns the figure of a row of the table. */
  private String row(String label) {
    return out.text()
        .lines()
        .filter(line -> line.startsWith(label + ' '))
        .map(line -> line.substring(label.length()).strip())
        .findAny()
        .orElseThrow(() -> new AssertionError(label + " is not in " + out.text()));
  }

  private int run(String... arguments) {
    return Cluster.run(List.of(arguments), out.stream(), err.stream());
  }
}
