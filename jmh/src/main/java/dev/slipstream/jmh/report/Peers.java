package dev.slipstream.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every peer beside Slipstream, where it does the same work. */
final class Peers {
  /** The names of the methods, and of the sides. */
  static final Map<String, String> SIDES = sides();

  private static final String MISSES = " keys=16384 threads=1";

  private Peers() {}

  /** A path that is measured on several sides. */
  record Path(String title, String benchmark, String with, double operations, String unit) {

    Samples samples(Results results, String side) {
      return results.time(benchmark + "." + side + with).per(operations);
    }
  }

  static final List<Path> HITS =
      List.of(
          ns("hit, 1 key, half full", "HitBenchmark", " full=half keys=1 threads=1"),
          ns("hit, 1 key, hardly full", "HitBenchmark", " full=hardly keys=1 threads=1"),
          ns("hit, 4,096 keys, half full", "HitBenchmark", " full=half keys=4096 threads=1"),
          ns("hit, 4,096 keys, hardly full", "HitBenchmark", " full=hardly keys=4096 threads=1"));

  static final List<Path> MISSES_OF_ALL_KINDS =
      List.of(
          ns("miss, completed later", "MissBenchmark", MISSES),
          ns("miss, fresh keys", "FreshKeysBenchmark", MISSES),
          ns("miss, loader done when it returns", "DoneLoaderBenchmark", MISSES),
          ns("blocking `get` that misses", "BlockingGetBenchmark", MISSES));

  private static final List<Path> OTHERS =
      List.of(
          ns(
              "hit, 4,096 keys, half full, two threads",
              "HitBenchmark",
              " full=half keys=4096 threads=2"),
          ns("miss, completed later, two threads", "MissBenchmark", " keys=16384 threads=2"),
          ns("join and leave", "JoinLeaveBenchmark", " awaiters=1 threads=1"),
          new Path(
              "fan-out to 10,000, an awaiter",
              "FanOutBenchmark",
              " awaiters=10000 threads=1",
              10_000,
              "ns"),
          ns("bulk of 20 keys among 1,000", "BulkBenchmark", " inFlight=1000 threads=1"),
          new Path(
              "10,000 virtual threads",
              "VirtualThreadsBenchmark",
              " callers=10000 threads=1",
              1,
              "ms"),
          new Path("hot key, two threads", "HotKeyBenchmark", " threads=2", 1, "op/µs"));

  private static Path ns(String title, String benchmark, String with) {
    return new Path(title, benchmark, with, 1, "ns");
  }

  private static Map<String, String> sides() {
    Map<String, String> sides = new LinkedHashMap<>();
    sides.put("slipstream", "Slipstream");
    sides.put("asyncCache", "AsyncCache");
    sides.put("byHand", "map of futures");
    sides.put("caffeine", "Caffeine `Cache`");
    sides.put("guava", "Guava `Cache`");
    sides.put("cache2k", "cache2k");
    return sides;
  }

  /** Each cell has the time, and Slipstream's ratio to it with its range. */
  static String table(Results results) {
    List<String> headings = new ArrayList<>(List.of("path"));
    headings.addAll(SIDES.values());
    List<List<String>> rows = new ArrayList<>();
    List<Path> paths = new ArrayList<>(HITS);
    paths.addAll(MISSES_OF_ALL_KINDS);
    paths.addAll(OTHERS);
    for (Path path : paths) {
      Samples ours = path.samples(results, "slipstream");
      if (!ours.isEmpty()) {
        rows.add(row(results, path, ours));
      }
    }
    return Markdown.table(headings, rows);
  }

  private static List<String> row(Results results, Path path, Samples ours) {
    List<String> cells = new ArrayList<>(List.of(path.title()));
    for (String side : SIDES.keySet()) {
      Samples samples = path.samples(results, side);
      String time = Numbers.show(samples.median(), path.unit());
      boolean peer = !side.equals("slipstream") && !samples.isEmpty();
      cells.add(peer ? time + ": " + Numbers.showRange(ours.over(samples)) : time);
    }
    return cells;
  }
}
