package dev.slipstream.examples.liveview;

import dev.slipstream.CacheStats;
import java.util.List;
import java.util.Locale;

/**
 * The totals of the live view so far.
 *
 * @param seconds since its start
 * @param counts of the events that the cursor delivered
 * @param last the sequence number of the journal's last event
 * @param dropped events that the subscription has dropped
 * @param stats of the cache
 */
record LiveTotals(
    double seconds, EventTally.Counts counts, long last, long dropped, CacheStats stats) {

  /** Returns the summary to print at the end, when no further event can come. */
  List<String> lines() {
    return List.of(
        format(
            "%,d calls in %.1f s: %.1f %% hits, %.1f %% joined a running fetch.",
            calls(), seconds, hitPercent(), joinPercent()),
        format(
            "%,d fetches: %,d failed, %,d were cancelled because all their callers had left.",
            stats.fetchCount(), stats.failureCount(), stats.abandonedCount()),
        format("The subscription delivered the latest events and dropped %,d.", dropped),
        format(
            "The cursor counted %,d events and reported %,d as lost in %,d gaps: %,d in total.",
            counts.counted(), counts.lost(), counts.gaps(), counts.through()),
        format(
            "The journal's last sequence number is %,d: %s",
            last, isComplete() ? "all are accounted for." : "EVENTS ARE MISSING."));
  }

  /** Returns whether each event was counted or reported as lost. */
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
