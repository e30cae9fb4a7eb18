package dev.slipstream.examples.liveview;

import dev.slipstream.examples.shared.Terminal;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of the cache at one moment, and its text.
 *
 * @param totals so far
 * @param rates events a second, by the ordinal of their type
 * @param hottest the keys with the most events a second
 * @param latest the last events that the subscription delivered
 * @param inFlight how many fetches are running
 * @param cached about how many values are stored
 */
record LiveFrame(
    LiveTotals totals,
    long[] rates,
    List<HotKey> hottest,
    Collection<CacheEvent<Integer, String>> latest,
    int inFlight,
    long cached) {
  /** The types that this cache can have: it has no settings of freshness or protection. */
  private static final Set<EventType> TYPES =
      EnumSet.range(EventType.FETCH_STARTED, EventType.REFRESHED);

  static final int HOT_KEYS = TYPES.size(); // beside the types
  static final int LATEST = 4;
  static final int WIDTH = 80;

  private static final int BAR = 16;
  private static final String BOLD = "1";
  private static final String RED = "31";
  private static final String GREEN = "32";
  private static final String YELLOW = "33";

  /**
   * A key with many events.
   *
   * @param key the key
   * @param rate events a second
   * @param state whether it is cached, or how many callers wait for it
   */
  record HotKey(int key, long rate, String state) {}

  /** Returns the lines for a terminal: always the same number, none longer than {@link #WIDTH}. */
  List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%5.1f s    hits %.1f %%    joins %.1f %%    in flight %,d    cached %,d",
            totals.seconds(), totals.hitPercent(), totals.joinPercent(), inFlight, cached));
    lines.add("");
    lines.add(
        paint(
            terminal, BOLD, format("%-42s%s", "events a second", "hottest keys, events a second")));
    for (EventType type : TYPES) {
      lines.add(rate(terminal, type) + hotKey(type.ordinal()));
    }
    lines.add("");
    String title = "latest events, from a lossy subscription: %,d dropped";
    lines.add(paint(terminal, BOLD, format(title, totals.dropped())));
    latest.forEach(event -> lines.add(event(terminal, event)));
    for (int i = latest.size(); i < LATEST; i++) {
      lines.add("");
    }
    EventTally.Counts counts = totals.counts();
    lines.add(
        format(
            "all events, from a cursor: %,d of %,d, lost %,d in %,d gaps",
            counts.counted(), totals.last(), counts.lost(), counts.gaps()));
    return lines;
  }

  /** Returns one line with the most important figures, for a file. */
  String line() {
    return format(
        "%3.0f s %,6d events/s  hits %4.1f %%  in flight %,d  dropped %,d  counted %,d  lost %,d",
        totals.seconds(),
        LongStream.of(rates).sum(),
        totals.hitPercent(),
        inFlight,
        totals.dropped(),
        totals.counts().counted(),
        totals.counts().lost());
  }

  private String rate(Terminal terminal, EventType type) {
    long rate = rates[type.ordinal()];
    long most = Math.max(1, LongStream.of(rates).max().orElse(1));
    String bar = terminal.full().repeat((int) ((BAR * rate + most - 1) / most)); // rounded up
    return paint(terminal, colour(type), format("%-13s", type))
        + format("%,7d  %-" + (BAR + 4) + "s", rate, bar);
  }

  private String hotKey(int rank) {
    if (rank >= hottest.size()) {
      return "";
    }
    HotKey hot = hottest.get(rank);
    return format("%6d %,6d  %s", hot.key, hot.rate, hot.state);
  }

  private static String event(Terminal terminal, CacheEvent<Integer, String> event) {
    return format("%,11d  ", event.sequence())
        + paint(terminal, colour(event.type()), format("%-13s", event.type()))
        + format("  key %-6d %s", event.key(), reason(event.failure()));
  }

  private static String reason(@Nullable Throwable failure) {
    String text = failure == null ? "" : String.valueOf(failure.getMessage());
    return text.substring(0, Math.min(text.length(), WIDTH - 40));
  }

  private static String colour(EventType type) {
    return switch (type) {
      case FETCHED, REFRESHED, PUT -> GREEN;
      case CALLER_LEFT, ABANDONED, FENCED -> YELLOW;
      case FAILED -> RED;
      default -> "";
    };
  }

  private static String paint(Terminal terminal, String colour, String text) {
    boolean plain = !terminal.colours() || colour.isEmpty();
    return plain ? text : "\u001b[" + colour + "m" + text + "\u001b[m";
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
