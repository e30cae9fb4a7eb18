package dev.slipstream.examples.liveview;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast counts grow, over about the last second. Not thread-safe. */
final class Rates {
  private static final long SECOND = 1_000_000_000;

  private final Deque<Sample> recent = new ArrayDeque<>(); // less than a second old
  private Sample base; // the latest before them

  private record Sample(long nanos, long[] counts) {}

  /**
   * Starts with these counts.
   *
   * @param nanos the time
   * @param counts are kept; do not modify them
   */
  Rates(long nanos, long[] counts) {
    base = new Sample(nanos, counts);
  }

  /**
   * Returns how much each count grows per second.
   *
   * @param nanos the time, later than that of the previous call
   * @param counts are kept; do not modify them
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
