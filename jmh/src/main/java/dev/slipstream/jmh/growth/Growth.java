package dev.slipstream.jmh.growth;

import dev.slipstream.jmh.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Prints what a hit, a miss, a join, a leave and a fan-out cost while fetches of other keys are in
 * flight, and what the last three cost on a fetch of many awaiters: one to a million of each.
 *
 * <p>{@code Growth <side> <milliseconds a point>}, where a side is {@code slipstream}, {@code
 * asyncCache} (whose callers join by {@code copy()}) or {@code byHand}. A line is a name, a metric
 * and a value, parted by tabs.
 */
final class Growth {
  private static final int MOST = 1_000_000;
  private static final int FIRST_KEY = 1 << 16;

  private final String name;
  private final Batches batches;
  private final Side side;
  private final Calls calls;

  private Growth(String name, long millis) {
    this.name = name;
    batches = new Batches(millis * 1_000_000);
    side = Side.of(name);
    calls = new Calls(side);
  }

  public static void main(String[] args) {
    Growth growth = new Growth(args[0], Long.parseLong(args[1]));
    growth.warmUp();
    growth.byAwaiters();
    growth.byFlights();
    System.err.println("checksum " + growth.calls.sum());
  }

  /** Enough for the compiler, at the size where a call is dearest to start with. */
  private void warmUp() {
    for (int i = 0; i < 5; i++) {
      batches.quick(1, calls::hit);
      batches.quick(1, calls::miss);
      batches.quick(1, () -> calls.join(10));
      batches.quick(1, () -> calls.leave(10));
      batches.quick(1, () -> calls.fanOut(10));
    }
  }

  private void byAwaiters() {
    for (int n = 1; n <= MOST; n *= 10) {
      int awaiters = n;
      print("join", "awaiters", n, batches.quick(Calls.BATCH, () -> calls.join(awaiters)));
      print("leave", "awaiters", n, batches.quick(Calls.BATCH, () -> calls.leave(awaiters)));
      int completed = Calls.fetchesOf(n) * n;
      print("fanOut", "awaiters", n, batches.quick(completed, () -> calls.fanOut(awaiters)));
    }
  }

  private void byFlights() {
    Integer[] others = Keys.range(FIRST_KEY, MOST);
    List<CompletableFuture<Integer>> callers = new ArrayList<>(); // a flight needs one
    for (int n = 1; n <= MOST; n *= 10) {
      while (callers.size() < n) {
        callers.add(side.get(others[callers.size()]));
      }
      System.gc(); // they grow old now, not while something is measured
      print("hit", "flights", n, batches.quick(Calls.HITS, calls::hit));
      print("miss", "flights", n, batches.quick(Calls.BATCH, calls::miss));
      print("join", "flights", n, batches.quick(Calls.BATCH, () -> calls.join(1)));
      print("leave", "flights", n, batches.quick(Calls.BATCH, () -> calls.leave(1)));
      print("fanOut", "flights", n, batches.quick(Calls.BATCH, () -> calls.fanOut(1_000)));
    }
  }

  private void print(String call, String of, int count, double nanos) {
    System.out.printf("Growth.%s %s %s=%d\ttime\t%s%n", name, call, of, count, nanos);
  }
}
