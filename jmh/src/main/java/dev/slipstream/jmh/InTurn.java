package dev.slipstream.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs both sides of a benchmark in one JVM, in turn, and forms their ratio from turns that follow
 * each other: what makes a JVM fast or slow for its life, or the machine for some seconds, is the
 * same for both.
 *
 * <p>{@code InTurn <row> <seconds>}: the rows are those of {@link Pair#of}. Prints what an
 * operation takes, of all threads together, and the median and the quartiles of the ratio.
 */
final class InTurn {
  private static final long TURN_NANOS = 20_000_000;
  private static final double WARM_UP_SECONDS = 3;

  private final Pair pair;
  private final ExecutorService threads;
  private final List<Pair.Side> slipstream = new ArrayList<>();
  private final List<Pair.Side> peer = new ArrayList<>();
  private final CyclicBarrier start;

  private InTurn(Pair pair) {
    this.pair = pair;
    threads = Executors.newFixedThreadPool(pair.threads());
    start = new CyclicBarrier(pair.threads());
    for (int i = 0; i < pair.threads(); i++) {
      slipstream.add(pair.slipstream().apply(i));
      peer.add(pair.peer().apply(i));
    }
  }

  public static void main(String[] args) throws Exception {
    InTurn turns = new InTurn(Pair.of(args[0]));
    turns.run(WARM_UP_SECONDS, new ArrayList<>(), new ArrayList<>());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    turns.run(Double.parseDouble(args[1]), ours, theirs);
    turns.threads.shutdown();
    double[] ratios = new double[ours.size()];
    Arrays.setAll(ratios, i -> ours.get(i) / theirs.get(i));
    System.out.printf(
        "%-24s %7.1f ns beside %7.1f: %.2f (%.2f to %.2f)%n",
        args[0],
        quantile(ours, 0.5),
        quantile(theirs, 0.5),
        quantile(ratios, 0.5),
        quantile(ratios, 0.25),
        quantile(ratios, 0.75));
  }

  private void run(double seconds, List<Double> ours, List<Double> theirs) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      ours.add(turn(slipstream));
      theirs.add(turn(peer));
    }
  }

  /** Returns the nanoseconds of an operation, of all threads together. */
  private double turn(List<Pair.Side> sides) throws Exception {
    List<Future<Double>> rates = new ArrayList<>();
    for (Pair.Side side : sides) {
      rates.add(threads.submit(() -> rate(side)));
    }
    double sum = 0;
    for (Future<Double> rate : rates) {
      sum += rate.get();
    }
    return 1 / sum;
  }

  /** Returns how many operations a nanosecond one thread does. */
  private double rate(Pair.Side side) throws Exception {
    int calls = Math.max(1, 1_000 / pair.operations());
    long operations = 0;
    start.await();
    long begin = System.nanoTime();
    long time;
    do {
      for (int i = 0; i < calls; i++) {
        Checks.require(side.run() != this, "no side returns this");
      }
      operations += (long) calls * pair.operations();
      time = System.nanoTime() - begin;
    } while (time < TURN_NANOS);
    return (double) operations / time;
  }

  private static double quantile(List<Double> values, double part) {
    return quantile(values.stream().mapToDouble(value -> value).toArray(), part);
  }

  private static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * part)];
  }
}
