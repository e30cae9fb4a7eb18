package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Arguments that make no sense are refused by name, and change nothing. */
class ContinuationBadInputTest {
  private static final ContinuationOptions DEFAULTS = ContinuationOptions.defaults();
  private static final Continuation<String> CONTINUATION = outcome -> {};
  private static final Continuations<String> JOB = Continuations.create(Runnable::run);

  private static Arguments call(String argument, ThrowingCallable call) {
    return Arguments.of(argument, call);
  }

  static Stream<Arguments> nulls() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    return Stream.of(
        call("name", () -> JOB.addOrRunNow(null, DEFAULTS, CONTINUATION)),
        call("options", () -> JOB.addOrRunNow("c", null, CONTINUATION)),
        call("continuation", () -> JOB.addOrRunNow("c", DEFAULTS, null)),
        call("continuation", () -> JOB.addOrRunNow("c", DEFAULTS.onlyOnSuccess(), null)),
        call("name", () -> JOB.addOrThrowIfCompleted(null, DEFAULTS, CONTINUATION)),
        call("options", () -> JOB.addOrThrowIfCompleted("c", null, CONTINUATION)),
        call("continuation", () -> JOB.addOrThrowIfCompleted("c", DEFAULTS, null)),
        call("executor", () -> Continuations.create(null, "owner")),
        call("owner", () -> Continuations.create(Runnable::run, null)),
        call("job", () -> Continuations.of(null, Runnable::run, "owner")),
        call("executor", () -> Continuations.of(stage, null, "owner")),
        call("owner", () -> Continuations.of(stage, Runnable::run, null)),
        call("timeout", () -> DEFAULTS.timeout(null)),
        call("delay", () -> DEFAULTS.retries(1, null)),
        call("queue", () -> DEFAULTS.queue(null)),
        call("policy", () -> ContinuationQueue.create(1, 1, null)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nulls")
  void nullIsNamed(String argument, ThrowingCallable call) {
    assertThatNullPointerException().isThrownBy(call).withMessageContaining(argument);
    assertThat(JOB.stats().registered()).isZero();
  }

  @Test
  void aTimeoutIsPositive() {
    for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.timeout(timeout))
          .withMessageContaining(timeout.toString());
    }
  }

  @Test
  void retriesAndTheirDelayAreNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.retries(-1, Duration.ZERO))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.retries(1, Duration.ofMillis(-5)))
        .withMessageContaining("PT-0.005S");
    assertThat(DEFAULTS.retries(0, Duration.ZERO)).isEqualTo(DEFAULTS);
  }

  @Test
  void theLongestTimesAreAllowed() {
    Duration forever = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    Continuations<String> job = Continuations.create(Runnable::run);
    job.addOrRunNow(
        "c", DEFAULTS.timeout(forever).retries(Integer.MAX_VALUE, forever), outcome -> {});

    job.complete(new Outcome.Success<>("v"));

    assertThat(job.stats().succeeded()).isEqualTo(1);
  }

  @Test
  void optionsAreValues() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.DROP);
    Duration second = Duration.ofSeconds(1);
    ContinuationOptions options =
        DEFAULTS.onlyOnFailure().timeout(second).retries(2, second).queue(queue);

    assertThat(DEFAULTS).as("unchanged").isEqualTo(ContinuationOptions.defaults());
    assertThat(options)
        .isEqualTo(DEFAULTS.queue(queue).retries(2, second).timeout(second).onlyOnFailure())
        .hasSameHashCodeAs(DEFAULTS.queue(queue).retries(2, second).timeout(second).onlyOnFailure())
        .isNotEqualTo(options.onlyOnSuccess())
        .isNotEqualTo(options.timeout(Duration.ofSeconds(2)))
        .isNotEqualTo(options.retries(1, second))
        .isNotEqualTo(options.retries(2, Duration.ZERO))
        .isNotEqualTo(options.queue(ContinuationQueue.create(1, 1, OverflowPolicy.DROP)))
        .isNotEqualTo("options");
    assertThat(options.toString()).contains("only on failure", "PT1S", "2 retries", "DROP");
    assertThat(DEFAULTS.toString()).contains("any outcome", "no timeout", "0 retries", "no queue");
  }
}
