package dev.slipstream.examples.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private final Findings findings = new Findings();

  @Test
  void theCountsOfARunThatWentWellHold() {
    findings.read("hot", Map.of("7", 48), 7);
    findings.sharedRound(7, 1, 6);
    findings.killedRound(2, 1_000_000);
    findings.cutRound(2);
    findings.healed(1_000_000, 1);

    assertTrue(findings.hold(), () -> findings.lines().toString());
  }

  @Test
  void aStaleValueIsWrong() {
    findings.read("hot", Map.of("7", 47, "6", 1), 7);

    assertWrong("1 callers got 6 for hot, not 7");
  }

  @Test
  void aFailedCallIsWrong() {
    findings.read("hot", Map.of("RemoteFetchException", 2), 7);

    assertWrong("2 callers got RemoteFetchException for hot, not 7");
  }

  @Test
  void aRoundThatWasLoadedTwiceIsWrong() {
    findings.sharedRound(7, 2, 6);

    assertWrong("version 7 of the hot key: 2 loads, not 1");
  }

  @Test
  void aThirdLoadAfterAKillIsWrong() {
    findings.killedRound(3, 1_000_000);

    assertWrong("the hot key, whose first owner was killed: 3 loads, not 2");
  }

  @Test
  void nodesThatShareNoLoadWhileOneIsCutOffAreWrong() {
    findings.cutRound(3);

    assertWrong("a key that the node that is cut off and the others got: 3 loads, not 2");
  }

  @Test
  void aHealedNodeThatLoadsWhatTheOthersHaveIsWrong() {
    findings.healed(1_000_000, 2);

    assertWrong("the hot key, which the others loaded meanwhile: 2 loads, not 1");
  }

  private void assertWrong(String what) {
    assertFalse(findings.hold());
    assertTrue(findings.lines().contains("WRONG: " + what), () -> findings.lines().toString());
  }
}
