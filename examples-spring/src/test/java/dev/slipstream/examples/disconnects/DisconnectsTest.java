package dev.slipstream.examples.disconnects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.examples.shared.Printed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class DisconnectsTest {
  private final Printed out = new Printed();
  private final Printed err = new Printed();

  private int run(String... arguments) {
    return Disconnects.run(List.of(arguments), out.stream(), err.stream());
  }

  @Test
  void helpIsPrintedAndNamesEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(out.text())
        .isEqualTo(Options.USAGE + System.lineSeparator())
        .contains("--items N", "--clients N", "--leaving N", "--rows N", "--port N", "--seed N");
    assertThat(err.text()).isEmpty();
  }

  @Test
  void aBadOptionIsOneLine() {
    assertThat(run("--leaving", "101")).isEqualTo(2);
    assertThat(err.text())
        .isEqualTo(
            "bad option: --leaving must be from 0 to 100, not 101 (--help lists the options)%n"
                .formatted());
    assertThat(out.text()).isEmpty();
  }

  @Test
  void aPortInUseIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertThat(run("--rows", "5000", "--port", port)).isEqualTo(1);

      assertThat(err.text().lines()).hasSize(1);
      assertThat(err.text()).startsWith("port " + port + " is not available").contains("--port N");
      assertThat(out.text()).doesNotContain("answered");
    }
  }

  /** How often each of the figures occurs depends on the machine, unlike what ManagerTest has. */
  @Test
  void aSmallRunPrintsTheTable() {
    assertThat(run("--items", "5", "--clients", "4", "--rows", "20000", "--leaving=50")).isZero();

    assertThat(out.text()).contains("Three runs of ", Report.lines(List.of()).get(1).strip());
    assertThat(figures("requests")).hasSize(3).containsOnly(figures("requests").get(0));
    assertThat(figures("failed, though they did not").get(0)).isEqualTo("0");
    assertThat(figures("failed, though they did not").get(2)).isEqualTo("0");
    assertThat(figures("cancelled in the database").get(0)).isEqualTo("0");
    assertThat(err.text()).isEmpty();
  }

  private List<String> figures(String label) {
    String row =
        out.text().lines().filter(line -> line.startsWith(label)).findFirst().orElseThrow();
    return List.of(row.substring(label.length()).strip().split(" +"));
  }
}
