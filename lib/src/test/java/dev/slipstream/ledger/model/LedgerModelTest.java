package dev.slipstream.ledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol holds in the model's small scenarios, and each mistake in it is found. */
class LedgerModelTest {
  @ParameterizedTest
  @MethodSource("smallScenarios")
  void theProtocolHolds(Scenario scenario) {
    Search.Result result = new Search(scenario).run();

    assertThat(result.violation()).isNull();
    assertThat(result.states()).isGreaterThan(200);
  }

  static Stream<Scenario> smallScenarios() {
    return Arrays.stream(Scenario.values()).filter(Scenario::isSmall);
  }

  @ParameterizedTest
  @EnumSource
  void aMistakeIsFound(Variant variant) {
    Search.Result result = new Search(variant.caughtIn, variant).run();

    assertThat(result.violation()).startsWith(variant.invariant + ":");
  }
}
