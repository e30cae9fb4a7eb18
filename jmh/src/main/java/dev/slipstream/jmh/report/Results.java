package dev.slipstream.jmh.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured on one JDK. A sample is the median of a round's iterations, which a burst of
 * other work on the machine moves less than their mean; where there is only one round, each of its
 * iterations is a sample.
 */
final class Results {
  static final String TIME = "time";
  static final String ALLOCATED = "gc.alloc.rate.norm";
  static final String CPU = "cpu";

  private final Map<String, double[]> samples = new HashMap<>();

  private Results() {}

  static Results read(Store store, Jdk jdk, int rounds) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      lines.add(store.lines(jdk, round));
    }
    return of(lines);
  }

  /** Returns what the rounds' lines say. */
  static Results of(List<List<String>> rounds) {
    Map<String, List<double[]>> measured = new HashMap<>();
    for (List<String> round : rounds) {
      for (String line : round) {
        String[] columns = line.split("\t");
        double[] values = Arrays.stream(columns).skip(2).mapToDouble(Double::parseDouble).toArray();
        String key = columns[0] + '\t' + columns[1];
        measured.computeIfAbsent(key, k -> new ArrayList<>()).add(values);
      }
    }
    Results results = new Results();
    measured.forEach(
        (key, values) ->
            results.samples.put(key, rounds.size() == 1 ? values.get(0) : medians(values)));
    return results;
  }

  private static double[] medians(List<double[]> rounds) {
    return rounds.stream().mapToDouble(Results::median).toArray();
  }

  /** Returns the samples in their order; none if it was not measured. */
  Samples of(String benchmark, String metric) {
    return new Samples(samples.getOrDefault(benchmark + '\t' + metric, new double[0]));
  }

  Samples time(String benchmark) {
    return of(benchmark, TIME);
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
