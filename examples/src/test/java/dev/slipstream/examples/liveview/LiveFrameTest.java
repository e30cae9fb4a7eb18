package dev.slipstream.examples.liveview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import dev.slipstream.examples.liveview.LiveFrame.HotKey;
import dev.slipstream.examples.shared.Terminal;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveFrameTest {
  private static final int TYPES = EventType.values().length;
  private static final Terminal PLAIN = new Terminal(true, true, false);
  private static final LiveFrame EMPTY = frame(totals(0, 0, 0), 0, List.of(), List.of());
  private static final LiveFrame FULL =
      frame(
          totals(9_999_999, 999, 9_999_999 + 999),
          9_999,
          Collections.nCopies(LiveFrame.HOT_KEYS, new HotKey(10_000, 99_999, "500 waiting")),
          Collections.nCopies(
              LiveFrame.LATEST,
              new CacheEvent<>(
                  10_000_000,
                  10_000,
                  EventType.FAILED,
                  0,
                  null,
                  new IOException("because ".repeat(20)))));

  @Test
  void aFrameFitsASmallTerminal() {
    for (String line : FULL.lines(PLAIN)) {
      assertTrue(line.length() <= LiveFrame.WIDTH, line);
    }
    assertTrue(FULL.lines(PLAIN).size() < 24, "a line for the cursor is left of 24");
    assertTrue(FULL.line().length() <= 100, FULL.line());
    FULL.totals().lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  @Test
  void everyFrameHasTheSameNumberOfLines() {
    assertEquals(FULL.lines(PLAIN).size(), EMPTY.lines(PLAIN).size());
  }

  @Test
  void theMostFrequentTypeHasTheLongestBar() {
    assertTrue(FULL.lines(PLAIN).get(3).startsWith("FETCH_STARTED  9,999  " + "█".repeat(16)));
    assertFalse(String.join("", EMPTY.lines(PLAIN)).contains("█"));
  }

  @Test
  void coloursCanBeTurnedOff() {
    assertFalse(String.join("", FULL.lines(PLAIN)).contains("\u001b"));
    String coloured = String.join("", FULL.lines(new Terminal(true, true, true)));
    assertTrue(coloured.contains("\u001b[31mFAILED"), coloured);
  }

  @Test
  void theSummarySaysWhetherEveryEventIsAccountedFor() {
    assertTrue(totals(10, 2, 12).isComplete());
    assertTrue(last(totals(10, 2, 12)).contains("all are accounted for"));
    assertFalse(totals(10, 2, 13).isComplete());
    assertTrue(last(totals(10, 2, 13)).contains("EVENTS ARE MISSING"));
  }

  private static String last(LiveTotals totals) {
    return totals.lines().get(totals.lines().size() - 1);
  }

  private static LiveFrame frame(
      LiveTotals totals,
      long rate,
      List<HotKey> hottest,
      List<CacheEvent<Integer, String>> latest) {
    long[] rates = new long[TYPES];
    Arrays.fill(rates, rate);
    return new LiveFrame(totals, rates, hottest, latest, 500, 5_000);
  }

  private static LiveTotals totals(long counted, long lost, long last) {
    return new LiveTotals(
        3_600,
        new EventTally.Counts(counted, lost, lost, new long[TYPES], new long[2]),
        last,
        counted,
        noStats());
  }

  private static CacheStats noStats() {
    try (CoalescingCache<Integer, String> cache = CoalescingCache.builder().build()) {
      return cache.stats();
    }
  }
}
