package dev.slipstream.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ZipfTest {
  private static final int DRAWS = 200_000;

  @Test
  void aRankIsDrawnInverselyToItself() {
    int[] counts = draw(new Zipf(10, 1), 10);
    double first = counts[1];
    for (int rank = 2; rank <= 10; rank++) {
      assertEquals(1.0 / rank, counts[rank] / first, 0.02, "rank " + rank);
    }
  }

  @Test
  void withExponentZeroAllAreEqual() {
    int[] counts = draw(new Zipf(4, 0), 4);
    for (int rank = 1; rank <= 4; rank++) {
      assertEquals(0.25, counts[rank] / (double) DRAWS, 0.01);
    }
  }

  @Test
  void theEndsOfTheRangeAreRanks() {
    Zipf zipf = new Zipf(3, 1);
    assertEquals(1, zipf.next(constant(0)));
    assertEquals(3, zipf.next(constant(Math.nextDown(1.0))));
  }

  @Test
  void oneKeyIsAlwaysDrawn() {
    Zipf zipf = new Zipf(1, 1.2);
    assertEquals(1, zipf.next(constant(0)));
    assertEquals(1, zipf.next(constant(Math.nextDown(1.0))));
  }

  private static int[] draw(Zipf zipf, int keys) {
    RandomGenerator random = new SplittableRandom(1);
    int[] counts = new int[keys + 1];
    for (int i = 0; i < DRAWS; i++) {
      int rank = zipf.next(random);
      assertTrue(rank >= 1 && rank <= keys);
      counts[rank]++;
    }
    return counts;
  }

  private static RandomGenerator constant(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}
