package dev.slipstream;

/**
 * Gives the wall clock's time of readings of {@link System#nanoTime} which were taken anyway: to
 * read a clock is a good part of what an event costs. It looks at the wall clock once a second, and
 * so follows when that is set.
 */
final class EventClock {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLISECOND = 1_000_000L;

  /** What both clocks showed at about the same time. Replaced as a whole, by any. */
  private volatile Reading last = new Reading();

  /** Returns the time of a reading, in milliseconds since 1970. */
  long epochMillis(long nanoTime) {
    Reading reading = last;
    long since = nanoTime - reading.nanoTime;
    if (since < 0 || since > SECOND) {
      reading = new Reading();
      last = reading;
      since = nanoTime - reading.nanoTime;
    }
    return reading.epochMillis + since / MILLISECOND;
  }

  private static final class Reading {
    final long epochMillis = System.currentTimeMillis();
    final long nanoTime = System.nanoTime();
  }
}
