package dev.slipstream.examples;

import dev.slipstream.CacheStats;
import java.util.List;
import java.util.Locale;

/**
 * What the live view has come to so far.
 *
 * @param seconds since its start
 * @param counts what the cursor has counted
 * @param last the number of the journal's last event
 * @param dropped events that the subscription has dropped
 * @param stats of the cache
 */
record LiveTotals(
    double seconds, EventTally.Counts counts, long last, long dropped, CacheStats stats) {

  /** Returns what to say at the end, when nothing happens any more. */
  List<String> lines() {
    return List.of(
        format(
            "In %.1f s %,d calls: %.1f %% hits, %.1f %% joined a fetch that was running.",
            seconds, calls(), hitPercent(), joinPercent()),
        format(
            "%,d fetches: %,d failed, %,d were cancelled, for nobody waited any more.",
            stats.fetchCount(), stats.failureCount(), stats.abandonedCount()),
        format("The subscription gave the latest events, and dropped %,d.", dropped),
        format(
            "The cursor counted %,d events, and reported %,d as lost, in %,d gaps: together %,d.",
            counts.counted(), counts.lost(), counts.gaps(), counts.through()),
        format(
            "The journal's last number is %,d: %s",
            last, isComplete() ? "all are accounted for." : "THAT IS WRONG."));
  }

  /** Returns whether each event was counted, or was reported as lost. */
  boolean isComplete() {
    return counts.through() == last;
  }

  double hitPercent() {
    return percent(stats.hitCount());
  }

  double joinPercent() {
    return percent(stats.joinCount());
  }

  private double percent(long count) {
    return 100.0 * count / Math.max(1, calls());
  }

  private long calls() {
    return stats.hitCount() + stats.joinCount() + stats.fetchCount();
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
