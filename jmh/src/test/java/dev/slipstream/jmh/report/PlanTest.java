package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
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
