package dev.slipstream.examples.cluster;

import dev.slipstream.examples.shared.RunResult;
import dev.slipstream.examples.shared.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was counted and measured, and what of it is not as it has to be. */
final class Findings {
  private static final String ROW = "%-54s%12s";
  private static final int WIDTH = 66;

  private final List<String> wrong = new ArrayList<>();
  private final List<Long> handOvers = new ArrayList<>();
  private long sharedRounds;
  private long sharedLoads;
  private long sharedTrips;
  private long killedLoads;
  private long cutLoads;
  private long caughtUpNanos;
  private long reads;
  private long stale;
  private double tripsAlone;

  /** Takes the values that callers got after each node was notified of the invalidation before. */
  void read(String key, Map<String, Integer> values, long version) {
    String expected = Long.toString(version);
    values.forEach(
        (value, count) -> {
          reads += count;
          if (!value.equals(expected)) {
            stale += count;
            wrong.add("%d callers got %s for %s, not %s".formatted(count, value, key, expected));
          }
        });
  }

  /** Takes a round in which nothing happened to the nodes. */
  void sharedRound(long version, long loads, long trips) {
    sharedRounds++;
    sharedLoads += loads;
    sharedTrips += trips;
    check("version " + version + " of the hot key", loads, 1);
  }

  /** Takes a round in which the owner was killed. */
  void killedRound(long loads, long nanos) {
    killedLoads += loads;
    handOvers.add(nanos);
    check("the hot key, whose first owner was killed", loads, 2);
  }

  /** Takes the loads of a key that all nodes got while one was cut off. */
  void cutRound(long loads) {
    cutLoads = loads;
    check("a key that the node that is cut off and the others got", loads, 2);
  }

  /** Takes how long the node that was cut off took to catch up, and the loads it missed. */
  void healed(long nanos, long loads) {
    caughtUpNanos = nanos;
    check("the hot key, which the others loaded meanwhile", loads, 1);
  }

  /** Takes the round trips of fetches that one node made for itself. */
  void alone(long fetches, long trips) {
    tripsAlone = (double) trips / fetches;
  }

  long sharedLoads() {
    return sharedLoads;
  }

  long reads() {
    return reads;
  }

  boolean hold() {
    return wrong.isEmpty();
  }

  private void check(String what, long loads, long expected) {
    if (loads != expected) {
      wrong.add("%s: %d loads, not %d".formatted(what, loads, expected));
    }
  }

  /** Returns the table, and the verdict. */
  List<String> lines() {
    long[] nanos = handOvers.stream().mapToLong(Long::longValue).sorted().toArray();
    List<String> lines = new ArrayList<>();
    lines.add(row("loads of " + Table.count(sharedRounds) + " rounds of the hot key", sharedLoads));
    lines.add(row("loads of " + nanos.length + " rounds whose owner was killed", killedLoads));
    lines.add(row("loads of a key while one node is cut off", cutLoads));
    lines.add("-".repeat(WIDTH));
    lines.add(row("hand-over, from the kill to the next load: p50", time(nanos, 50)));
    lines.add(row("hand-over: longest", time(nanos, 100)));
    lines.add(row("the healed node has caught up after", Table.time(caughtUpNanos)));
    lines.add("-".repeat(WIDTH));
    lines.add(row("reads after an invalidation had arrived", reads));
    lines.add(row("stale reads among them", stale));
    lines.add("-".repeat(WIDTH));
    lines.add(row("round trips a fetch: one node alone", ratio(tripsAlone)));
    lines.add(
        row("round trips a fetch: all nodes at once", ratio((double) sharedTrips / sharedRounds)));
    lines.add("");
    if (hold()) {
      lines.add("All counts are as they have to be.");
    }
    wrong.forEach(each -> lines.add("WRONG: " + each));
    return lines;
  }

  private static String row(String label, long count) {
    return row(label, Table.count(count));
  }

  private static String row(String label, String figure) {
    return ROW.formatted(label, figure);
  }

  private static String time(long[] sorted, int percent) {
    return Table.time(RunResult.percentile(sorted, percent));
  }

  private static String ratio(double trips) {
    return String.format(Locale.ROOT, "%.2f", trips);
  }
}
