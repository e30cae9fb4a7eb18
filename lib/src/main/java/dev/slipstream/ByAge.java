package dev.slipstream;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * Orders things by their age, the oldest first, as plain numbers: each is what the oldest is older
 * by, and in the low bits an index. To sort a million flights themselves takes a second, most of it
 * for memory that is not in the processor's caches.
 */
final class ByAge {
  private ByAge() {}

  /**
   * Returns numbers of which {@link #index} gives the indices in their order.
   *
   * @param count how many there are
   * @param ages the age of each, in nanoseconds; where they are more than some hours apart, their
   *     last bits do not count
   */
  static long[] order(int count, IntToLongFunction ages) {
    long[] order = new long[count];
    long oldest = Long.MIN_VALUE;
    long youngest = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      order[i] = ages.applyAsLong(i);
      oldest = Math.max(oldest, order[i]);
      youngest = Math.min(youngest, order[i]);
    }
    int indexBits = indexBits(count);
    int spare = Long.numberOfLeadingZeros(oldest - youngest) - 1;
    int dropped = Math.max(0, indexBits - spare);
    for (int i = 0; i < count; i++) {
      order[i] = ((oldest - order[i]) >>> dropped) << indexBits | i;
    }
    Arrays.sort(order);
    return order;
  }

  static int index(long ordered, int count) {
    return (int) (ordered & ((1L << indexBits(count)) - 1));
  }

  private static int indexBits(int count) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(count);
  }
}
