package dev.slipstream.jmh.trace;

import java.util.Random;

/** What is asked for, in which order. A seed gives the same requests on every side. */
enum Shape {
  /** A Zipf distribution whose hot set moves on several times. */
  ZIPF,
  /**
   * The same, and a scan over it: every third request is for the next key that nobody else asks
   * for.
   */
  SCAN;

  private static final long SEED = 20_261_121;
  private static final int RANKS = 2_000;
  private static final double EXPONENT = 1.0;
  private static final int MOVE = RANKS / 2;
  private static final int PER_SECOND = 5_000;
  private static final int PHASES_PER_SECOND = 4;
  private static final int SCANNED = 1 << 20; // the keys of the scan lie above

  /** Returns the callers of so many milliseconds, that many of them in a hundred giving up. */
  Request[] requests(int millis, int givingUp) {
    Random random = new Random(SEED);
    Zipf zipf = new Zipf(RANKS, EXPONENT);
    Request[] requests = new Request[(int) ((long) millis * PER_SECOND / 1_000)];
    long gap = 1_000_000_000L / PER_SECOND;
    for (int i = 0; i < requests.length; i++) {
      int phase = i / (PER_SECOND / PHASES_PER_SECOND);
      int hot = phase * MOVE + zipf.next(random);
      boolean impatient = random.nextInt(100) < givingUp;
      int key = this == SCAN && i % 3 == 0 ? SCANNED + i : hot;
      requests[i] = new Request(i * gap, key, impatient);
    }
    return requests;
  }
}
