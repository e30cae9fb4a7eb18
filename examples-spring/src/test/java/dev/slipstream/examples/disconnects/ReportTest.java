package dev.slipstream.examples.disconnects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void theTableHasAColumnForEachRun() {
    List<String> lines =
        Report.lines(
            List.of(
                new Result(Manager.CAFFEINE, 1_000, 200, 0, 60, 0, 9),
                new Result(Manager.CAFFEINE_WITHOUT_NULL, 700, 200, 300, 60, 30, 0),
                new Result(Manager.SLIPSTREAM, 1_000, 200, 0, 60, 9, 0)));

    assertThat(lines)
        .startsWith(
            "cache manager                            Caffeine     Caffeine   Slipstream",
            "null values                                stored      refused       stored",
            "---------------------------------------------------------------------------",
            "requests                                    1,200        1,200        1,200",
            "answered                                    1,000          700        1,000",
            "disconnected                                  200          200          200",
            "failed, though they did not                     0          300            0",
            "queries started                                60           60           60",
            "cancelled in the database                       0           30            9",
            "run to the end for nobody                       9            0            0");
  }
}
