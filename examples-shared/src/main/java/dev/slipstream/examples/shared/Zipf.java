package dev.slipstream.examples.shared;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Zipf's distribution, which the popularity of keys follows: with exponent 1 the second most
 * popular key is requested half as often as the first, the third a third as often, and so on.
 */
public final class Zipf {
  private final double[] cumulative; // [i]: the weight of the ranks up to i + 1

  /**
   * Creates a distribution.
   *
   * @param keys how many keys there are
   * @param exponent 0 for a uniform distribution; the larger, the more skewed
   */
  public Zipf(int keys, double exponent) {
    cumulative = new double[keys];
    double sum = 0;
    for (int rank = 1; rank <= keys; rank++) {
      sum += Math.pow(rank, -exponent);
      cumulative[rank - 1] = sum;
    }
  }

  /**
   * Draws a rank.
   *
   * @param random the source of randomness
   * @return from 1, the most popular, to the number of keys
   */
  public int next(RandomGenerator random) {
    double point = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, point);
    int index = found < 0 ? -found - 1 : found + 1;
    return Math.min(index, cumulative.length - 1) + 1;
  }
}
