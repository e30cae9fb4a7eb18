package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BoundTest {

  @Test
  void aValueBeyondItsMustIsMissed() {
    Bound bound = Bound.atMost(1.05, 0.95);

    assertEquals("**MISSED**", bound.verdict(1.06));
    assertEquals("ok", bound.verdict(1.05));
    assertEquals("aim", bound.verdict(0.95));
  }

  @Test
  void aThroughputIsMissedBelowItsMust() {
    assertTrue(Bound.atLeast(0.85, 1).misses(0.84));
    assertFalse(Bound.atLeast(0.85, 1).misses(0.85));
  }

  @Test
  void aMustThatWasNotMeasuredIsMissed() {
    assertTrue(Bound.atMost(1, 1).misses(Double.NaN));
    assertFalse(Bound.NONE.misses(Double.NaN));
  }

  @Test
  void noBytesAreLessThanAByte() {
    assertEquals("aim", Bound.atMost(0, 0).verdict(0.01));
    assertEquals("**MISSED**", Bound.atMost(0, 0).verdict(16));
  }
}
