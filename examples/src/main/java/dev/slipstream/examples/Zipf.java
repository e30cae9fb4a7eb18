package dev.slipstream.examples;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Zipf's distribution, by which people ask for things: with exponent 1 the second most popular key
 * is asked for half as often as the first, the third a third as often, and so on.
 */
final class Zipf {
  private final double[] cumulative; // [i]: how often any of the ranks up to i + 1 is asked for

  Zipf(int keys, double exponent) {
    cumulative = new double[keys];
    double sum = 0;
    for (int rank = 1; rank <= keys; rank++) {
      sum += Math.pow(rank, -exponent);
      cumulative[rank - 1] = sum;
    }
  }

  /** Draws a rank, from 1, the most popular, to the number of keys. */
  int next(RandomGenerator random) {
    double point = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, point);
    int index = found < 0 ? -found - 1 : found + 1;
    return Math.min(index, cumulative.length - 1) + 1;
  }
}
