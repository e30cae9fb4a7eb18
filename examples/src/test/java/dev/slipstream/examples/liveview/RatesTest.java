package dev.slipstream.examples.liveview;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class RatesTest {
  private static final long SECOND = 1_000_000_000;

  private final Rates rates = new Rates(5, counts(0, 7));

  @Test
  void inTheFirstSecondTheyAreSinceTheStart() {
    assertArrayEquals(counts(10, 0), rates.perSecond(5 + SECOND / 2, counts(5, 7)));
  }

  @Test
  void laterTheyAreOfTheLastSecond() {
    rates.perSecond(5 + SECOND, counts(100, 7));
    rates.perSecond(5 + SECOND * 3 / 2, counts(100, 8));
    assertArrayEquals(counts(20, 3), rates.perSecond(5 + 2 * SECOND, counts(120, 10)));
  }

  @Test
  void afterALongSilenceTheyAreSinceTheLastLook() {
    rates.perSecond(5 + SECOND, counts(100, 7));
    assertArrayEquals(counts(10, 1), rates.perSecond(5 + 11 * SECOND, counts(200, 17)));
  }

  private static long[] counts(long... counts) {
    return counts;
  }
}
