package dev.slipstream.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What JMH measured, round by round: one result file a round. A value is the median of a round's
 * iterations, which a burst of other work on the machine moves less than their mean.
 */
final class Results {
  static final String SCORE = "";
  static final String ALLOCATED = "gc.alloc.rate.norm";
  static final String CPU = "cpu";

  private final List<Map<String, Double>> rounds = new ArrayList<>();
  private final List<String> machines = new ArrayList<>();

  static Results read(List<Path> files) throws IOException {
    Results results = new Results();
    for (Path file : files) {
      results.addRound((List<?>) Json.parse(Files.readString(file)));
    }
    return results;
  }

  int rounds() {
    return rounds.size();
  }

  /**
   * Returns the virtual machines that were measured: one, unless the files do not belong together.
   */
  List<String> machines() {
    return machines.stream().distinct().toList();
  }

  /** Returns the value in that round, or NaN if there is none. */
  double value(int round, String benchmark, String metric) {
    return rounds.get(round).getOrDefault(benchmark + metric, Double.NaN);
  }

  private void addRound(List<?> benchmarks) {
    Map<String, Double> round = new HashMap<>();
    for (Object each : benchmarks) {
      Map<?, ?> benchmark = (Map<?, ?>) each;
      String name = nameOf(benchmark);
      round.put(name + SCORE, medianOf(benchmark.get("primaryMetric")));
      Map<?, ?> others = (Map<?, ?>) benchmark.get("secondaryMetrics");
      others.forEach((metric, measured) -> round.put(name + metric, medianOf(measured)));
      machines.add(
          "%s %s, options %s"
              .formatted(
                  benchmark.get("vmName"), benchmark.get("vmVersion"), benchmark.get("jvmArgs")));
    }
    rounds.add(round);
  }

  /**
   * The simple class name, the method and the parameters: {@code HitBenchmark.slipstream keys=1}.
   */
  private static String nameOf(Map<?, ?> benchmark) {
    String full = (String) benchmark.get("benchmark");
    StringBuilder name =
        new StringBuilder(full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1));
    if (benchmark.get("params") instanceof Map<?, ?> params) {
      params.forEach((key, value) -> name.append(' ').append(key).append('=').append(value));
    }
    return name.toString();
  }

  private static double medianOf(Object metric) {
    List<?> forks = (List<?>) ((Map<?, ?>) metric).get("rawData");
    return median(
        forks.stream()
            .flatMap(fork -> ((List<?>) fork).stream())
            .mapToDouble(value -> value instanceof Double number ? number : Double.NaN)
            .toArray());
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
