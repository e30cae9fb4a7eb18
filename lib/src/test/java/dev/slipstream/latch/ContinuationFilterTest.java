package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ManualExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A continuation that is registered for some outcomes runs for these and no others. */
class ContinuationFilterTest {
  private static final Outcome<String> SUCCESS = new Outcome.Success<>("v");
  private static final Outcome<String> FAILURE =
      new Outcome.Failure<>(new IllegalStateException("down"));
  private static final ContinuationOptions ON_SUCCESS =
      ContinuationOptions.defaults().onlyOnSuccess();
  private static final ContinuationOptions ON_FAILURE =
      ContinuationOptions.defaults().onlyOnFailure();

  private final ManualExecutor tasks = new ManualExecutor();
  private final Continuations<String> continuations = Continuations.create(tasks);
  private final List<String> received = new CopyOnWriteArrayList<>();

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(SUCCESS, List.of("any", "success")),
        Arguments.of(new Outcome.Success<String>(null), List.of("any", "success")),
        Arguments.of(FAILURE, List.of("any", "failure")),
        Arguments.of(new Outcome.Abandoned<String>(), List.of("any")));
  }

  private void addAll() {
    continuations.addOrRunNow(
        "any", ContinuationOptions.defaults(), outcome -> received.add("any"));
    continuations.addOrRunNow("success", ON_SUCCESS, outcome -> received.add("success"));
    continuations.addOrRunNow("failure", ON_FAILURE, outcome -> received.add("failure"));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void eachReceivesWhatItIsRegisteredFor(Outcome<String> outcome, List<String> wanted) {
    addAll();

    assertThat(continuations.complete(outcome)).isTrue();
    assertThat(tasks.runAll()).as("no task for those that do not run").isEqualTo(wanted.size());

    assertThat(received).containsExactlyElementsOf(wanted);
    assertThat(continuations.stats().fired()).isEqualTo(wanted.size());
    assertThat(continuations.stats().filtered()).isEqualTo(3 - wanted.size());
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void soIsEachThatComesLate(Outcome<String> outcome, List<String> wanted) {
    continuations.complete(outcome);

    addAll();
    assertThat(tasks.runAll()).isEqualTo(wanted.size());

    assertThat(received).containsExactlyElementsOf(wanted);
    assertThat(continuations.stats().filtered()).isEqualTo(3 - wanted.size());
  }

  @Test
  void oneThatComesLateAndIsNotNotifiedStillFindsTheOutcomeKnown() {
    continuations.complete(SUCCESS);

    assertThat(continuations.addOrRunNow("c", ON_FAILURE, outcome -> received.add("c")))
        .isEqualTo(Registration.RAN_NOW);
    assertThat(tasks.size()).isZero();
  }

  @Test
  void theLastFilterStands() {
    ContinuationOptions options = ON_SUCCESS.onlyOnFailure();
    continuations.addOrThrowIfCompleted("c", options, outcome -> received.add("c"));

    continuations.complete(FAILURE);
    tasks.runAll();

    assertThat(options).isEqualTo(ON_FAILURE);
    assertThat(received).containsExactly("c");
  }
}
