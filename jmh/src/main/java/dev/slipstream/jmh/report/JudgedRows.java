package dev.slipstream.jmh.report;

import java.util.ArrayList;
import java.util.List;

/** The paths that have a must or an aim, each beside the peer that it is judged by. */
final class JudgedRows {
  private static final double NONE = Double.NaN;
  private static final String MISSES = " keys=16384 threads=1";

  private final Results results;
  private final List<Row> rows = new ArrayList<>();

  private JudgedRows(Results results) {
    this.results = results;
  }

  static List<Row> of(Results results) {
    JudgedRows all = new JudgedRows(results);
    all.hits();
    all.refreshingHits();
    all.misses();
    all.awaiters();
    all.crowds();
    all.manyFlights();
    all.rows.addAll(TraceRows.judged(results));
    all.eventsAndViews();
    return List.copyOf(all.rows);
  }

  private void hits() {
    for (String keys : List.of("1", "4096")) {
      Bound bound = keys.equals("1") ? Bound.atMost(1.05, 0.95) : Bound.atMost(1.10, 1.00);
      for (String full : List.of("half", "hardly")) {
        String with = " full=%s keys=%s threads=1".formatted(full, keys);
        String ours = "HitBenchmark.slipstream" + with;
        String peer = "HitBenchmark.asyncCache" + with;
        String path = "hit, %s, %s full".formatted(keys.equals("1") ? "1 key" : "4,096 keys", full);
        times(path, ours, peer, bound);
        Samples bytes = results.of(ours, Results.ALLOCATED);
        figure(
            path + ": bytes", "B", bytes, results.of(peer, Results.ALLOCATED), Bound.atMost(0, 0));
      }
    }
  }

  private void refreshingHits() {
    for (String expires : List.of("no", "yes")) {
      String with = " expires=%s full=half keys=4096 threads=1".formatted(expires);
      times(
          "hit, `refreshAfterWrite` set" + (expires.equals("yes") ? ", expiry too" : ""),
          "DueCheckBenchmark.slipstream" + with,
          "DueCheckBenchmark.asyncCache" + with,
          Bound.atMost(1.15, 1.0));
    }
  }

  private void misses() {
    String ours = "MissBenchmark.slipstream" + MISSES;
    String peer = "MissBenchmark.asyncCache" + MISSES;
    times("miss, completed later", ours, peer, Bound.atMost(0.95, 0.85));
    bytes("miss, completed later", 1, ours, peer, Bound.atMost(0.75, 0.71));
    times(
        "miss, fresh keys",
        "FreshKeysBenchmark.slipstream" + MISSES,
        "FreshKeysBenchmark.asyncCache" + MISSES,
        Bound.atMost(0.90, 0.78));
    times(
        "miss, loader done when it returns",
        "DoneLoaderBenchmark.slipstream" + MISSES,
        "DoneLoaderBenchmark.asyncCache" + MISSES,
        Bound.atMost(1.20, 1.05));
    times(
        "blocking `get` that misses, beside `Cache.get`",
        "BlockingGetBenchmark.slipstream" + MISSES,
        "BlockingGetBenchmark.caffeine" + MISSES,
        Bound.atMost(2.0, 1.3));
    inFlight();
  }

  /** What a miss costs more than among few fetches, less what a bare map costs more. */
  private void inFlight() {
    Samples few = results.time("Growth.slipstream miss flights=1");
    Samples fewInMap = results.time("Growth.byHand miss flights=1");
    for (String count : List.of("1000", "1000000")) {
      Samples growth = results.time("Growth.slipstream miss flights=" + count).minus(few);
      Samples mapGrowth = results.time("Growth.byHand miss flights=" + count).minus(fewInMap);
      Samples judged = growth.minus(mapGrowth).over(few).map(excess -> 1 + excess);
      rows.add(
          new Row(
              "miss among %,d fetches: growth beside a map's".formatted(Integer.parseInt(count)),
              "ns",
              growth,
              mapGrowth,
              judged,
              new Samples(),
              Bound.atMost(1.05, 1.0))); // 5 % is noise
    }
  }

  private void awaiters() {
    String ours = "JoinLeaveBenchmark.slipstream awaiters=1 threads=1";
    String peer = "JoinLeaveBenchmark.asyncCache awaiters=1 threads=1";
    times("join and leave", ours, peer, Bound.atMost(0.05, 0.03));
    bytes("join and leave", 1, ours, peer, Bound.atMost(0.12, 0.11));
    figure(
        "kept after 10⁶ joins and leaves",
        "B",
        results.of("RetainedMemoryBenchmark.slipstream threads=1", "bytes"),
        results.of("RetainedMemoryBenchmark.asyncCache threads=1", "bytes"),
        Bound.atMost(65_536, 1_024)); // less than that is the collector's own play
    int awaiters = 10_000;
    ours = "FanOutBenchmark.slipstream awaiters=%d threads=1".formatted(awaiters);
    peer = "FanOutBenchmark.asyncCache awaiters=%d threads=1".formatted(awaiters);
    times("fan-out to 10,000, an awaiter", "ns", awaiters, ours, peer, Bound.atMost(0.82, 0.65));
    bytes("fan-out to 10,000, an awaiter", awaiters, ours, peer, Bound.atMost(0.65, 0.50));
  }

  private void crowds() {
    String with = " callers=10000 threads=1";
    for (String side : List.of("slipstream", "slipstreamJoin")) {
      times(
          "10,000 virtual threads, " + (side.equals("slipstream") ? "`get`" : "`join`"),
          "ms",
          1,
          "VirtualThreadsBenchmark." + side + with,
          "VirtualThreadsBenchmark.asyncCache" + with,
          Bound.atMost(1.05, 1.0));
    }
    String ours = "HotKeyBenchmark.slipstream threads=2";
    String peer = "HotKeyBenchmark.asyncCache threads=2";
    times("hot key, two threads: throughput", "op/µs", 1, ours, peer, Bound.atLeast(0.85, 1.0));
    figure(
        "hot key, two threads: loads an invalidation",
        "",
        loads(ours),
        loads(peer),
        Bound.atMost(1.03, 1.0));
  }

  private Samples loads(String benchmark) {
    return results.of(benchmark, "loads").over(results.of(benchmark, "invalidations"));
  }

  private void manyFlights() {
    String with = " flights=1000000 threads=1";
    Samples none = new Samples();
    figure("`inFlight()` of 10⁶", "ms", shots("inFlight", with), none, Bound.atMost(300, NONE));
    figure("`stats()` with 10⁶ in flight", "ms", shots("stats", with), none, Bound.NONE);
    figure(
        "`invalidateAll()` with 10⁶ in flight",
        "ms",
        shots("invalidateAll", with),
        shots("invalidateAllOfAsyncCache", with),
        Bound.atMost(500, NONE));
    figure(
        "`close()` with 10⁶ in flight",
        "ms",
        shots("close", with),
        none,
        Bound.atMost(1_000, NONE));
    times(
        "bulk of 20 keys among 1,000, beside among 100",
        "BulkBenchmark.slipstream inFlight=1000 threads=1",
        "BulkBenchmark.slipstream inFlight=100 threads=1",
        Bound.atMost(3.0, 1.2));
  }

  private Samples shots(String benchmark, String with) {
    return results.time("ManyFlightsBenchmark." + benchmark + with);
  }

  private void eventsAndViews() {
    for (String call : List.of("hit", "put")) {
      times(
          call + ", journal on, beside off",
          "EventJournalBenchmark.%s journal=on threads=1".formatted(call),
          "EventJournalBenchmark.%s journal=off threads=1".formatted(call),
          Bound.atMost(call.equals("hit") ? 1.05 : 1.25, 1.0));
    }
    rate("events to a cursor and a subscription", "EventConsumersBenchmark.cursorAndSubscription");
    for (String way : List.of("write", "read", "restore")) {
      rate("view file, entries to " + way, "ViewFileBenchmark." + way);
    }
  }

  private void rate(String path, String benchmark) {
    figure(
        path,
        "/s",
        results.time(benchmark + " threads=1"),
        new Samples(),
        Bound.atLeast(1e6, NONE));
  }

  private void times(String path, String ours, String peer, Bound bound) {
    times(path, "ns", 1, ours, peer, bound);
  }

  private void times(
      String path, String unit, int operations, String ours, String peer, Bound bound) {
    Samples cpu = results.of(ours, Results.CPU).over(results.of(peer, Results.CPU));
    Samples mine = results.time(ours).per(operations);
    Samples theirs = results.time(peer).per(operations);
    rows.add(new Row(path, unit, mine, theirs, mine.over(theirs), cpu, bound));
  }

  private void bytes(String path, int operations, String ours, String peer, Bound bound) {
    Samples mine = results.of(ours, Results.ALLOCATED).per(operations);
    Samples theirs = results.of(peer, Results.ALLOCATED).per(operations);
    rows.add(new Row(path + ": bytes", "B", mine, theirs, mine.over(theirs), new Samples(), bound));
  }

  /** Judges our figure itself. */
  private void figure(String path, String unit, Samples ours, Samples peer, Bound bound) {
    rows.add(new Row(path, unit, ours, peer, ours, new Samples(), bound));
  }
}
