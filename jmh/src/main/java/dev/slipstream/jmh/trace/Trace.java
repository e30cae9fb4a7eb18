package dev.slipstream.jmh.trace;

import java.util.Arrays;
import java.util.Locale;

/**
 * Replays each shape for each side with 0, 10 and 50 of a hundred callers giving up, and prints
 * what it came to: {@code Trace <milliseconds a replay>}. A line is a name, a metric and a value,
 * parted by tabs. Needs JDK 21 or later.
 */
final class Trace {
  static final int[] GIVING_UP = {0, 10, 50};
  static final double[] QUANTILES = {0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999};

  private final int millis;

  private Trace(int millis) {
    this.millis = millis;
  }

  public static void main(String[] args) throws InterruptedException {
    Trace trace = new Trace(Integer.parseInt(args[0]));
    trace.warmUp();
    for (Shape shape : Shape.values()) {
      int connections = connections(shape, trace.millis);
      for (int givingUp : GIVING_UP) {
        Request[] requests = shape.requests(trace.millis, givingUp);
        for (String side : Side.NAMES) {
          String name =
              "Trace.%s shape=%s gaveUp=%d"
                  .formatted(side, shape.name().toLowerCase(Locale.ROOT), givingUp);
          print(name, new Replay(side, requests, connections).run());
          print(name, "bound", fewestLoads(requests));
          print(name, "connections", connections);
        }
      }
    }
  }

  private void warmUp() throws InterruptedException {
    Request[] requests = Shape.SCAN.requests(Math.min(1_000, millis), 50);
    for (String side : Side.NAMES) {
      new Replay(side, requests, connections(Shape.SCAN, millis)).run();
    }
  }

  /** As many as can serve all keys once within the time of the trace: busy if nobody gives up. */
  private static int connections(Shape shape, int millis) {
    long keys = fewestLoads(shape.requests(millis, 0));
    return (int) Math.ceil((double) keys * Replay.LOAD_MILLIS / millis);
  }

  /** Each key that somebody stays for must be loaded once, whatever the cache. */
  private static long fewestLoads(Request[] requests) {
    return Arrays.stream(requests)
        .filter(request -> !request.givesUp())
        .mapToInt(Request::key)
        .distinct()
        .count();
  }

  private static void print(String name, Outcome outcome) {
    print(name, "started", outcome.started());
    print(name, "finished", outcome.finished());
    print(name, "forNobody", outcome.forNobody());
    print(name, "failed", outcome.failed());
    for (double quantile : QUANTILES) {
      print(name, "q" + quantile, outcome.quantile(quantile));
    }
  }

  private static void print(String name, String metric, double value) {
    System.out.printf("%s\t%s\t%s%n", name, metric, value);
  }
}
