package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

class PlanTest {

  @Test
  void aFullRunMeasuresEveryBenchmark() {
    assertEquals(List.of(), unplanned(Plan.steps(false, true, 25)));
  }

  @Test
  void aQuickRunMeasuresEveryBenchmark() {
    assertEquals(List.of(), unplanned(Plan.steps(true, true, 25)));
  }

  @ParameterizedTest
  @CsvSource({"false, true, 25", "true, true, 25", "false, false, 17", "true, true, 17"})
  void aStepKnowsItsForks(boolean quick, boolean everything, int feature) {
    for (Step step : Plan.steps(quick, everything, feature)) {
      if (step instanceof Step.Benchmarks benchmarks) {
        assertEquals(forks(benchmarks), benchmarks.forks(), step.name());
      }
    }
  }

  private static int forks(Step.Benchmarks step) {
    int forks = 0;
    for (BenchmarkListEntry benchmark : benchmarks()) {
      if (includes(step, benchmark.getUsername())) {
        int combinations = 1;
        for (var param : benchmark.getParams().orElse(Map.of()).entrySet()) {
          combinations *= step.params().getOrDefault(param.getKey(), param.getValue()).length;
        }
        forks += combinations;
      }
    }
    return forks;
  }

  @Test
  void stepsHaveNamesOfTheirOwn() {
    List<String> names = Plan.steps(false, true, 25).stream().map(Step::name).toList();

    assertEquals(names.stream().distinct().toList(), names);
  }

  /** Returns the benchmarks that none of the steps includes. */
  private static List<String> unplanned(List<Step> steps) {
    List<String> unplanned = new ArrayList<>();
    for (BenchmarkListEntry benchmark : benchmarks()) {
      if (steps.stream().noneMatch(step -> includes(step, benchmark.getUsername()))) {
        unplanned.add(benchmark.getUsername());
      }
    }
    return unplanned;
  }

  private static boolean includes(Step step, String benchmark) {
    return step instanceof Step.Benchmarks benchmarks
        && Pattern.compile(benchmarks.include()).matcher(benchmark).find();
  }

  private static Collection<BenchmarkListEntry> benchmarks() {
    return BenchmarkList.defaultList()
        .getAll(
            OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of());
  }
}
