package dev.slipstream.jmh.growth;

import java.util.Arrays;

/** Times batches of one operation until enough of them were seen. */
final class Batches {
  private static final int LEAST = 7;
  private static final int MOST = 10_000;

  private final long nanos;

  Batches(long nanos) {
    this.nanos = nanos;
  }

  /** A batch that prepares and cleans up by itself, and returns the nanoseconds it measured. */
  interface Batch {
    long run();
  }

  /** Returns the nanoseconds of one operation in a quick batch: a quarter of them were quicker. */
  double quick(int operations, Batch batch) {
    long[] measured = new long[MOST];
    int count = 0;
    long end = System.nanoTime() + nanos;
    while (count < MOST && (count < LEAST || System.nanoTime() < end)) {
      measured[count++] = batch.run();
    }
    Arrays.sort(measured, 0, count);
    return (double) measured[count / 4] / operations;
  }
}
