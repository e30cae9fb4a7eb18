package dev.slipstream.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints JMH's results as a Markdown table, each path beside its limit: {@code Table round-1.json
 * round-2.json …}. The ratio is formed within each round, and the table shows the rounds' median,
 * least and most; beside it stands the ratio of the processor times, which other work on the
 * machine disturbs less. Exits with 1 if a limit is missed or a result is missing.
 */
final class Table {
  private static final double NONE = Double.NaN;
  private static final double MIB = 1 << 20;

  private final Results results;
  private boolean missed;

  private Table(Results results) {
    this.results = results;
  }

  public static void main(String[] files) throws IOException {
    Table table = new Table(Results.read(Stream.of(files).map(Path::of).toList()));
    table.print();
    System.exit(table.missed ? 1 : 0);
  }

  private void print() {
    results.machines().forEach(machine -> System.out.println("JVM: " + machine));
    System.out.printf(
        "%n%d round(s); a ratio is Slipstream's value divided by the peer's in the same round.%n%n",
        results.rounds());
    System.out.println(
        "| path | Slipstream | peer | ratio (least–most) | in CPU time | limit | aim | verdict |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
    hits();
    misses();
    awaiters();
    crowds();
    scaling();
    events();
    views();
  }

  private void hits() {
    for (String full : List.of("half", "hardly")) {
      for (String keys : List.of("1", "4096")) {
        String path = "hit, %s key(s), %s full: ".formatted(keys, full);
        String of = " full=%s keys=%s".formatted(full, keys);
        String ours = "HitBenchmark.slipstream" + of;
        String peer = "HitBenchmark.asyncCache" + of;
        String plain = "HitBenchmark.getIfPresent" + of;
        times(path + "time", "ns", ours, peer, Bound.atMost(1.10, NONE));
        times(path + "beside `Cache.getIfPresent`", "ns", ours, plain, Bound.aim(1.0));
        amount(
            path + "bytes",
            metric(ours, Results.ALLOCATED),
            metric(peer, Results.ALLOCATED),
            Bound.atMost(0, 0));
      }
    }
  }

  private void misses() {
    for (String by : List.of("eviction", "invalidation")) {
      String path = "miss, steady by %s: ".formatted(by);
      String ours = "MissBenchmark.slipstream steadyBy=" + by;
      String peer = "MissBenchmark.asyncCache steadyBy=" + by;
      times(path + "time", "ns", ours, peer, Bound.atMost(0.95, 0.80));
      times(
          path + "beside the peer with maintenance inline",
          "ns",
          ours,
          "MissBenchmark.asyncCacheInline steadyBy=" + by,
          Bound.atMost(NONE, NONE));
      bytes(path + "bytes", ours, peer, Bound.atMost(0.75, 0.65));
    }
  }

  private void awaiters() {
    String ours = "JoinLeaveBenchmark.slipstream";
    String peer = "JoinLeaveBenchmark.asyncCache";
    times("join and leave: time", "ns", ours, peer, Bound.atMost(0.10, 0.03));
    bytes("join and leave: bytes", ours, peer, Bound.atMost(0.15, 0.12));
    amount(
        "kept after 10⁶ join-and-leave",
        metric("RetainedMemory.slipstream", "bytes"),
        metric("RetainedMemory.asyncCache", "bytes"),
        Bound.atMost(MIB, MIB / 16)); // less than that is the collector's own play
    ours = "FanOutBenchmark.slipstream";
    peer = "FanOutBenchmark.asyncCache";
    times("fan-out, an awaiter: time", "ns", ours, peer, Bound.atMost(0.95, 0.60));
    bytes("fan-out, an awaiter: bytes", ours, peer, Bound.atMost(0.70, 0.55));
  }

  private void crowds() {
    String peer = "VirtualThreadsBenchmark.asyncCache";
    for (String door : List.of("slipstream", "slipstreamJoin")) {
      times(
          "10 000 virtual threads, " + (door.equals("slipstream") ? "`get`" : "`join`"),
          "ms",
          "VirtualThreadsBenchmark." + door,
          peer,
          Bound.atMost(1.1, 1.0));
    }
    times(
        "hot key, all cores: throughput",
        "op/µs",
        "HotKeyBenchmark.slipstream",
        "HotKeyBenchmark.asyncCache",
        Bound.atLeast(1.0, 1.2));
  }

  /** What a miss costs without the map's own growth, as a share of what it costs alone. */
  private void scaling() {
    String ours = "InFlightScalingBenchmark.slipstream others=";
    String peer = "InFlightScalingBenchmark.asyncCache others=";
    String map = "InFlightScalingBenchmark.bareMap others=";
    for (String others : List.of("1000", "1000000")) {
      IntToDoubleFunction growth = minus(time(ours + others), time(ours + "1"));
      IntToDoubleFunction mapGrowth = minus(time(map + others), time(map + "1"));
      IntToDoubleFunction excess = minus(growth, mapGrowth);
      row(
          "miss among " + others + ": growth beside a bare map's",
          "ns",
          growth,
          mapGrowth,
          round -> 1 + ratio(excess, time(ours + "1")).applyAsDouble(round),
          null,
          Bound.atMost(1.05, 1.0)); // 5 % is noise
      times(
          "miss among " + others + ": beside AsyncCache",
          "ns",
          ours + others,
          peer + others,
          Bound.atMost(NONE, NONE));
    }
  }

  /** Beside the same cache without a journal. */
  private void events() {
    for (String call : List.of("hit", "put")) {
      times(
          call + ", journal on: beside off",
          "ns",
          "EventJournalBenchmark.%s journal=on".formatted(call),
          "EventJournalBenchmark.%s journal=off".formatted(call),
          Bound.atMost(call.equals("hit") ? 1.05 : 1.25, 1.0));
    }
    rate("events to a cursor and a subscription", "EventConsumersBenchmark.cursorAndSubscription");
  }

  private void views() {
    for (String way : List.of("write", "read", "restore")) {
      rate("view file, entries to " + way, "ViewFileBenchmark." + way);
    }
  }

  /** Judges operations a second, of which there must be a million. */
  private void rate(String path, String benchmark) {
    row(
        path,
        "/s",
        time(benchmark),
        round -> NONE,
        time(benchmark),
        null,
        Bound.atLeast(1e6, NONE));
  }

  private void times(String path, String unit, String ours, String peer, Bound bound) {
    IntToDoubleFunction cpu = ratio(metric(ours, Results.CPU), metric(peer, Results.CPU));
    row(path, unit, time(ours), time(peer), ratio(time(ours), time(peer)), cpu, bound);
  }

  private void bytes(String path, String ours, String peer, Bound bound) {
    IntToDoubleFunction mine = metric(ours, Results.ALLOCATED);
    IntToDoubleFunction theirs = metric(peer, Results.ALLOCATED);
    row(path, "B", mine, theirs, ratio(mine, theirs), null, bound);
  }

  /** Judges the bytes themselves: a ratio to the peer's would say little. */
  private void amount(
      String path, IntToDoubleFunction ours, IntToDoubleFunction peer, Bound bound) {
    row(path, "B", ours, peer, ours, null, bound);
  }

  private void row(
      String path,
      String unit,
      IntToDoubleFunction ours,
      IntToDoubleFunction peer,
      IntToDoubleFunction judged,
      IntToDoubleFunction cpu,
      Bound bound) {
    double[] values = perRound(judged);
    missed |= bound.misses(Results.median(values));
    System.out.printf(
        "| %s | %s %s | %s %s | %s (%s–%s) | %s | %s | %s | %s |%n",
        path,
        number(Results.median(perRound(ours))),
        unit,
        number(Results.median(perRound(peer))),
        unit,
        number(Results.median(values)),
        number(Arrays.stream(values).min().orElse(NONE)),
        number(Arrays.stream(values).max().orElse(NONE)),
        cpu == null ? "" : number(Results.median(perRound(cpu))),
        bound.show(bound.limit()),
        bound.show(bound.aim()),
        bound.verdict(Results.median(values)));
  }

  private double[] perRound(IntToDoubleFunction value) {
    return IntStream.range(0, results.rounds()).mapToDouble(value).toArray();
  }

  private IntToDoubleFunction time(String benchmark) {
    return metric(benchmark, Results.SCORE);
  }

  private IntToDoubleFunction metric(String benchmark, String metric) {
    return round -> results.value(round, benchmark, metric);
  }

  private static IntToDoubleFunction ratio(IntToDoubleFunction a, IntToDoubleFunction b) {
    return round -> a.applyAsDouble(round) / b.applyAsDouble(round);
  }

  private static IntToDoubleFunction minus(IntToDoubleFunction a, IntToDoubleFunction b) {
    return round -> a.applyAsDouble(round) - b.applyAsDouble(round);
  }

  /** Two digits after the point where they say something, none where they do not. */
  static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.0f", value);
  }
}
