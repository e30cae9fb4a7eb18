package dev.slipstream.examples.outage;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/** Counts the calls of the database in each second of a run. */
final class CallLog {
  private final AtomicIntegerArray calls;
  private volatile long startNanos; // written by start, before there are calls

  /** Creates a log of a run of some seconds. */
  CallLog(int seconds) {
    calls = new AtomicIntegerArray(seconds);
  }

  /** Begins the first second. */
  void start() {
    startNanos = System.nanoTime();
  }

  /** Counts a call. One that comes after the end of the run is left out. */
  void add() {
    long second = (System.nanoTime() - startNanos) / 1_000_000_000;
    if (second < calls.length()) {
      calls.incrementAndGet((int) second);
    }
  }

  /** Returns the counts. */
  int[] perSecond() {
    return IntStream.range(0, calls.length()).map(calls::get).toArray();
  }
}
