package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A refusal says which argument it is, what it must be and what it is. */
class ArgumentsTest {
  @Test
  void numbers() {
    assertThat(Arguments.requirePositive("max", 1)).isEqualTo(1);
    assertThat(Arguments.notNegative("sequence", 0)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.requirePositive("max", 0))
        .withMessage("max must be at least 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.requirePositive("size", Long.MIN_VALUE))
        .withMessage("size must be at least 1, but is -9223372036854775808");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.notNegative("sequence", -1))
        .withMessage("sequence must not be negative, but is -1");
  }

  @Test
  void durations() {
    assertThat(Arguments.requirePositive("timeout", Duration.ofNanos(1))).hasNanos(1);
    assertThat(Arguments.notNegative("delay", Duration.ZERO)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.requirePositive("timeout", Duration.ZERO))
        .withMessage("timeout must be more than zero, but is PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.notNegative("delay", Duration.ofNanos(-1)))
        .withMessage("delay must not be negative, but is PT-0.000000001S");
    assertThatNullPointerException()
        .isThrownBy(() -> Arguments.requirePositive("timeout", null))
        .withMessage("timeout");
  }

  @Test
  void texts() {
    assertThat(Arguments.notEmpty("id", "x")).isEqualTo("x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.notEmpty("id", ""))
        .withMessage("id must have a character or more, but is empty");
  }

  @Test
  void durationsThatAreTooLongForNanosecondsAreTheLongestThereAre() {
    assertThat(Arguments.saturatedNanos(Duration.ofSeconds(3))).isEqualTo(3_000_000_000L);
    assertThat(Arguments.saturatedNanos(Duration.ofSeconds(Long.MAX_VALUE)))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(Arguments.saturatedNanos(Duration.ofSeconds(Long.MIN_VALUE)))
        .isEqualTo(Long.MIN_VALUE);
  }
}
