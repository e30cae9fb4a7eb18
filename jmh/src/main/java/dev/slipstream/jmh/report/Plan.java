package dev.slipstream.jmh.report;

import dev.slipstream.jmh.report.Step.Benchmarks;
import dev.slipstream.jmh.report.Step.Iterations;
import dev.slipstream.jmh.report.Step.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The steps of one round on one JDK. The newest JDK measures everything; another one only what has
 * a must, beside the peer that it is judged by.
 */
final class Plan {
  private static final String JUDGED = "(slipstream|slipstreamJoin|asyncCache)$";
  private static final String ALL = "[a-zA-Z0-9]+$";
  private static final List<String> GROWTH_SIDES = List.of("slipstream", "asyncCache", "byHand");
  private static final List<String> JOL =
      List.of(
          "-Xmx2g",
          "-Djol.magicFieldOffset=true",
          "-Djdk.attach.allowAttachSelf=true",
          "-XX:+EnableDynamicAgentLoading");

  private final List<Step> steps = new ArrayList<>();
  private final boolean quick;
  private final boolean everything;
  private final int feature;
  private final Iterations timed;

  private Plan(boolean quick, boolean everything, int feature) {
    this.quick = quick;
    this.everything = everything;
    this.feature = feature;
    timed = quick ? new Iterations(4, 5, 100) : new Iterations(4, 5, 600);
  }

  static List<Step> steps(boolean quick, boolean everything, int feature) {
    Plan plan = new Plan(quick, everything, feature);
    plan.calls();
    plan.awaiters();
    plan.crowds();
    plan.programs();
    if (everything) {
      plan.eventsAndViews();
    }
    return List.copyOf(plan.steps);
  }

  private void calls() {
    if (everything && !quick) {
      benchmarks("hit", "HitBenchmark", 24, 6);
      add(
          "hit-2-threads",
          "HitBenchmark." + ALL,
          6,
          2,
          Map.of("keys", of("4096"), "full", of("half")));
      add("miss-2-threads", "MissBenchmark." + ALL, 3, 2, Map.of());
    } else {
      add("hit", "HitBenchmark." + JUDGED, 8, 1, Map.of());
      if (everything) {
        add(
            "hit-peers",
            "HitBenchmark.(caffeine|guava|cache2k|byHand)$",
            4,
            1,
            Map.of("keys", of("4096"), "full", of("half")));
      }
    }
    add(
        "refreshing-hit",
        "DueCheckBenchmark." + ALL,
        4,
        1,
        Map.of("keys", of("4096"), "full", of("half")));
    benchmarks("miss", "MissBenchmark", 3, 2);
    benchmarks("fresh-keys", "FreshKeysBenchmark", 3, 2);
    benchmarks("done-loader", "DoneLoaderBenchmark", 3, 2);
    String blocking = everything ? ALL : "(slipstream|caffeine)$";
    add("blocking-get", "BlockingGetBenchmark." + blocking, everything ? 6 : 2, 1, Map.of());
    benchmarks("bulk", "BulkBenchmark", 4, 4);
  }

  private void awaiters() {
    benchmarks("join-leave", "JoinLeaveBenchmark", 3, 2);
    benchmarks("fan-out", "FanOutBenchmark", 3, 2);
    shots("retained-memory", "RetainedMemoryBenchmark." + ALL, 2, new Iterations(0, 1, 0));
  }

  private void crowds() {
    if (feature >= 21) {
      benchmarks("virtual-threads", "VirtualThreadsBenchmark", 7, 3);
    }
    add(
        "hot-key",
        "HotKeyBenchmark." + (everything ? ALL : JUDGED),
        everything ? 6 : 2,
        2,
        Map.of());
    shots(
        "many-flights",
        "ManyFlightsBenchmark." + ALL,
        5,
        quick ? new Iterations(0, 1, 0) : new Iterations(1, 3, 0));
  }

  private void programs() {
    for (String side : GROWTH_SIDES) {
      steps.add(
          new Program(
              "growth-" + side,
              "dev.slipstream.jmh.growth.Growth",
              List.of("-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"),
              List.of(side, quick ? "3" : "200"),
              quick ? 7 : 35));
    }
    if (!everything) {
      return;
    }
    footprint("footprint", List.of());
    if (feature >= 25) {
      footprint("footprint-compact-headers", List.of("-XX:+UseCompactObjectHeaders"));
    }
    if (feature >= 21) {
      String millis = quick ? "500" : "4000";
      steps.add(
          new Program(
              "trace",
              "dev.slipstream.jmh.trace.Trace",
              List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"),
              List.of(millis),
              quick ? 20 : 110));
    }
  }

  private void footprint(String name, List<String> headers) {
    List<String> jvmArgs = new ArrayList<>(JOL);
    jvmArgs.addAll(headers);
    String prefix = headers.isEmpty() ? "Footprint" : "CompactFootprint";
    steps.add(
        new Program(
            name,
            "dev.slipstream.jmh.footprint.Footprint",
            jvmArgs,
            List.of(prefix, quick ? "300" : "1500"),
            6));
  }

  private void eventsAndViews() {
    add("event-journal", "EventJournalBenchmark." + ALL, 4, 1, Map.of());
    add("event-consumers", "EventConsumersBenchmark." + ALL, 1, 1, Map.of());
    Iterations views = quick ? new Iterations(2, 3, 100) : timed; // a file takes 100 ms
    steps.add(new Benchmarks("view-file", "ViewFileBenchmark." + ALL, 3, 1, Map.of(), views));
  }

  private void benchmarks(String name, String type, int forks, int judgedForks) {
    add(
        name,
        type + "." + (everything ? ALL : JUDGED),
        everything ? forks : judgedForks,
        1,
        Map.of());
  }

  private void add(
      String name, String include, int forks, int threads, Map<String, String[]> params) {
    steps.add(new Benchmarks(name, include, forks, threads, params, timed));
  }

  private void shots(String name, String include, int forks, Iterations shots) {
    steps.add(new Benchmarks(name, include, forks, 1, Map.of(), shots));
  }

  private static String[] of(String value) {
    return new String[] {value};
  }
}
