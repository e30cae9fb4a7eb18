package dev.slipstream.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How calls grow with the fetches in flight and with the awaiters, and what each of them holds. */
final class GrowthRows {
  static final List<Integer> COUNTS = List.of(1, 10, 100, 1_000, 10_000, 100_000, 1_000_000);
  static final Map<String, String> SIDES = sides();
  private static final Map<String, String> CALLS = calls();
  private static final List<Integer> SHOWN = List.of(1, 1_000, 1_000_000);

  private GrowthRows() {}

  private static Map<String, String> sides() {
    Map<String, String> sides = new LinkedHashMap<>();
    sides.put("slipstream", "Slipstream");
    sides.put("asyncCache", "AsyncCache");
    sides.put("byHand", "map of futures");
    return sides;
  }

  private static Map<String, String> calls() {
    Map<String, String> calls = new LinkedHashMap<>();
    calls.put("hit flights", "hit, with 1 / 10³ / 10⁶ fetches in flight");
    calls.put("miss flights", "miss, with 1 / 10³ / 10⁶ fetches in flight");
    calls.put("join flights", "join, with 1 / 10³ / 10⁶ fetches in flight");
    calls.put("leave flights", "leave, with 1 / 10³ / 10⁶ fetches in flight");
    calls.put("fanOut flights", "delivery to one of 1,000, with 1 / 10³ / 10⁶ fetches in flight");
    calls.put("join awaiters", "join a fetch of 1 / 10³ / 10⁶ awaiters");
    calls.put("leave awaiters", "leave a fetch of 1 / 10³ / 10⁶ awaiters");
    calls.put("fanOut awaiters", "delivery to each of 1 / 10³ / 10⁶ awaiters");
    return calls;
  }

  static Samples samples(Results results, String side, String call, int count) {
    return results.time("Growth.%s %s=%d".formatted(side, call, count));
  }

  static String table(Results results) {
    List<List<String>> rows = new ArrayList<>();
    for (var call : CALLS.entrySet()) {
      List<String> cells = new ArrayList<>(List.of(call.getValue()));
      for (String side : SIDES.keySet()) {
        cells.add(
            String.join(
                " / ",
                SHOWN.stream()
                    .map(count -> samples(results, side, call.getKey(), count).median())
                    .map(Numbers::show)
                    .toList()));
      }
      rows.add(cells);
    }
    return Markdown.table(headings("ns"), rows);
  }

  static String footprints(Results results) {
    List<List<String>> rows = new ArrayList<>();
    for (String headers : List.of("Footprint", "CompactFootprint")) {
      for (String what : List.of("flight", "awaiter", "value")) {
        List<String> cells = new ArrayList<>(List.of(title(headers, what)));
        for (String side : SIDES.keySet()) {
          Samples bytes = results.of("%s.%s %s".formatted(headers, side, what), "bytes");
          cells.add(Numbers.show(bytes.median()));
        }
        rows.add(cells);
      }
    }
    return Markdown.table(headings("bytes"), rows);
  }

  private static String title(String headers, String what) {
    String thing =
        switch (what) {
          case "flight" -> "a fetch in flight, with its key, its load and its first caller";
          case "awaiter" -> "a further awaiter that can leave";
          default -> "a cached value, with its key";
        };
    return thing + (headers.equals("Footprint") ? "" : "; compact headers");
  }

  private static List<String> headings(String unit) {
    List<String> headings = new ArrayList<>(List.of(unit));
    headings.addAll(SIDES.values());
    return headings;
  }
}
