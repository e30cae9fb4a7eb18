package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

  @Test
  void aSampleIsTheMedianOfARound() {
    Results results = Results.of(List.of(List.of("A.b\ttime\t1\t2\t9"), List.of("A.b\ttime\t5")));

    assertArrayEquals(new double[] {2, 5}, results.time("A.b").values());
  }

  @Test
  void inASingleRoundEachIterationIsASample() {
    Results results = Results.of(List.of(List.of("A.b\ttime\t1\t2\t9")));

    assertArrayEquals(new double[] {1, 2, 9}, results.time("A.b").values());
  }

  @Test
  void aRatioIsFormedWithinEachRound() {
    Samples ratio = new Samples(2, 9).over(new Samples(1, 3));

    assertArrayEquals(new double[] {2, 3}, ratio.values());
    assertEquals("2.50 (2.00–3.00)", Numbers.showRange(ratio));
  }

  @Test
  void whatWasNotMeasuredHasNoSamples() {
    assertTrue(Results.of(List.of(List.of())).time("A.b").isEmpty());
  }
}
