package dev.slipstream.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.redis.FeedPosition.Resumption;
import org.junit.jupiter.api.Test;

/** Where a feed goes on after it was cut off. */
class FeedPositionTest {
  private final FeedPosition position = new FeedPosition();

  /** Begins at 10 and reads up to 20. */
  private void readTo20() {
    assertThat(position.resume("inc", 10, false, 1, "a1")).isEqualTo(Resumption.FRESH);
    assertThat(position.last()).isEqualTo(10);
    assertThat(position.lastNonce()).isNull();
    for (long id = 11; id <= 20; id++) {
      position.read(id, Long.toHexString(id * 1_000));
    }
  }

  @Test
  void itGoesOnWhereItWas() {
    readTo20();

    assertThat(position.resume("inc", 25, false, 5, "a5")).isEqualTo(Resumption.CONTINUED);
    assertThat(position.last()).isEqualTo(20);
    assertThat(position.lastNonce()).isEqualTo(Long.toHexString(20_000));
    assertThat(position.resume("inc", 25, false, 21, "a5")).isEqualTo(Resumption.CONTINUED);
  }

  @Test
  void itIsTrimmedIfTheOldestEntryIsBeyondTheNext() {
    readTo20();

    assertThat(position.resume("inc", 99, false, 50, "b50")).isEqualTo(Resumption.TRIMMED);
    assertThat(position.last()).isEqualTo(49);
  }

  @Test
  void ofAnEmptyFeedTheNextEntryCountsAsTheOldest() {
    readTo20();

    assertThat(position.resume("inc", 20, false, 0, "")).isEqualTo(Resumption.CONTINUED);
    assertThat(position.last()).isEqualTo(20);
    assertThat(position.resume("inc", 25, false, 0, "")).isEqualTo(Resumption.TRIMMED);
    assertThat(position.last()).isEqualTo(25);
    assertThat(position.resume("inc", 25, true, 0, "")).isEqualTo(Resumption.RESTARTED_AND_TRIMMED);
    assertThat(position.last()).isEqualTo(25);
    assertThat(position.resume("other", 30, true, 0, ""))
        .isEqualTo(Resumption.RESTARTED_AND_TRIMMED);
    assertThat(position.last()).isEqualTo(30);
  }

  @Test
  void afterAFailoverItRereadsAndKnowsWhatItHasSeen() {
    readTo20();

    assertThat(position.resume("inc", 18, true, 12, Long.toHexString(12_000)))
        .isEqualTo(Resumption.RESTARTED);
    assertThat(position.last()).isEqualTo(11);
    assertThat(position.hasSeen(12, Long.toHexString(12_000))).isTrue();
    assertThat(position.hasSeen(18, "other")).as("another entry of that id").isFalse();
  }

  @Test
  void anOlderIdThanTheLastReadIsAFailoverToo() {
    readTo20();

    assertThat(position.isBehind("inc", 19)).isTrue();
    assertThat(position.isBehind("inc", 20)).isFalse();
    assertThat(position.isBehind("other", 20)).isTrue();
    assertThat(position.resume("inc", 19, false, 1, "a1")).isEqualTo(Resumption.RESTARTED);
    assertThat(position.last()).isZero();
  }

  @Test
  void anotherFeedIsReadFromItsBeginning() {
    readTo20();

    assertThat(position.resume("other", 3, true, 1, "c1")).isEqualTo(Resumption.RESTARTED);
    assertThat(position.last()).isZero();
    assertThat(position.resume("third", 0, true, 0, "")).isEqualTo(Resumption.RESTARTED);
    assertThat(position.last()).isZero();
  }

  @Test
  void whoseBeginningIsGoneMayHaveHadMore() {
    readTo20();

    assertThat(position.resume("other", 30, true, 15, Long.toHexString(15_000)))
        .isEqualTo(Resumption.RESTARTED_AND_TRIMMED);
    assertThat(position.last()).isEqualTo(14);
  }
}
