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

  /** What must hold however fast the machine is. */
  @Test
  void onlySlipstreamHarmsNoBystanderAndCancelsWhatNobodyWaitsFor() throws Exception {
    Options options = new Options(12, 6, 60, 100_000, 0, 42);

    List<Result> runs = new Experiment(options, out.stream()).run();

    assertThat(runs).extracting(Result::manager).containsExactly(Manager.values());
    assertThat(runs).extracting(Result::requests).containsOnly(runs.get(0).requests());
    assertThat(runs).allSatisfy(run -> assertThat(run.disconnected()).isPositive());
    Result storing = runs.get(0);
    assertThat(storing.failed()).isZero();
    assertThat(storing.cancelled()).isZero();
    assertThat(storing.forNobody()).isPositive();
    Result refusing = runs.get(1);
    assertThat(refusing.failed()).isPositive();
    Result slipstream = runs.get(2);
    assertThat(slipstream.failed()).isZero();
    assertThat(slipstream.cancelled()).isPositive();
    assertThat(slipstream.forNobody()).isLessThanOrEqualTo(1); // it may end while it is cancelled
  }
}
