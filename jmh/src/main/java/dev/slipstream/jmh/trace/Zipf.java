package dev.slipstream.jmh.trace;

import java.util.Arrays;
import java.util.Random;

/** Draws ranks, the first of them most often. */
final class Zipf {
  private final double[] cumulated;

  Zipf(int ranks, double exponent) {
    cumulated = new double[ranks];
    double sum = 0;
    for (int i = 0; i < ranks; i++) {
      sum += 1 / Math.pow(i + 1, exponent);
      cumulated[i] = sum;
    }
  }

  int next(Random random) {
    double drawn = random.nextDouble() * cumulated[cumulated.length - 1];
    int at = Arrays.binarySearch(cumulated, drawn);
    return Math.min(at < 0 ? -at - 1 : at, cumulated.length - 1);
  }
}
