package dev.slipstream.examples;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast counts grow, over about the last second. For one thread. */
final class Rates {
  private static final long SECOND = 1_000_000_000;

  private final Deque<Sample> recent = new ArrayDeque<>(); // less than a second old
  private Sample base; // the latest before them

  private record Sample(long nanos, long[] counts) {}

  /**
   * Begins to watch.
   *
   * @param nanos the time
   * @param counts not to be changed any more
   */
  Rates(long nanos, long[] counts) {
    base = new Sample(nanos, counts);
  }

  /**
   * Returns how much each count grows in a second.
   *
   * @param nanos the time, later than the one before
   * @param counts not to be changed any more
   */
  long[] perSecond(long nanos, long[] counts) {
    while (!recent.isEmpty() && nanos - recent.getFirst().nanos >= SECOND) {
      base = recent.removeFirst();
    }
    recent.addLast(new Sample(nanos, counts));
    long[] rates = new long[counts.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = Math.round((counts[i] - base.counts[i]) * (double) SECOND / (nanos - base.nanos));
    }
    return rates;
  }
}
