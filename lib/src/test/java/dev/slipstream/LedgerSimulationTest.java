package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.LedgerSimulation.Flaw;
import dev.slipstream.LedgerSimulation.Violation;
import dev.slipstream.testing.LogCapture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The coordinator keeps its promises under every seed, and mistakes are found. {@code
 * -Dslipstream.seeds=10000} runs more of them; {@code -Dslipstream.seed=4711} replays one, with
 * each step of the ledger in its story.
 */
class LedgerSimulationTest {
  private static final int SEEDS = Integer.getInteger("slipstream.seeds", 1_000);
  private static final Long ONE = Long.getLong("slipstream.seed");

  @RegisterExtension final LogCapture log = new LogCapture();

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // for many seeds
  void theCoordinatorKeepsItsPromises() {
    if (ONE != null) {
      new LedgerSimulation(ONE, Flaw.NONE).inDetail().run();
      return;
    }
    for (long seed = 0; seed < SEEDS; seed++) {
      new LedgerSimulation(seed, Flaw.NONE).run();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aMistakeIsFound(Flaw flaw) {
    Violation found = null;
    for (long seed = 0; seed < 500 && found == null; seed++) {
      try {
        new LedgerSimulation(seed, flaw).run();
      } catch (Violation violation) {
        found = violation;
      }
    }
    assertThat(found).as("%s is found", flaw).isNotNull();
    assertThat(found).hasMessageContaining("replay it with -Dslipstream.seed=");
  }

  @Test
  void aSeedRunsTheSameWayAgain() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(trace(seed)).isEqualTo(trace(seed));
    }
  }

  private static List<String> trace(long seed) {
    LedgerSimulation simulation = new LedgerSimulation(seed, Flaw.NONE);
    simulation.run();
    return simulation.trace();
  }
}
