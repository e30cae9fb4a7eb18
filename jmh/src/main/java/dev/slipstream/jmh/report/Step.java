package dev.slipstream.jmh.report;

import java.util.List;
import java.util.Map;

/** A part of a run that is kept once it has ended: JMH on some benchmarks, or a program. */
sealed interface Step {

  String name();

  /** About how long it takes, for the estimate of what is left. */
  double seconds();

  /**
   * Benchmarks that JMH runs, each in one fork.
   *
   * @param include a regular expression of benchmark names
   * @param forks how many there are
   */
  record Benchmarks(
      String name,
      String include,
      int forks,
      int threads,
      Map<String, String[]> params,
      Iterations iterations)
      implements Step {

    @Override
    public double seconds() {
      return forks * (1 + iterations.seconds());
    }
  }

  /** A program of this module that prints its results, a line each. */
  record Program(String name, String main, List<String> jvmArgs, List<String> args, double seconds)
      implements Step {}

  /** How long a benchmark is warmed up and measured; none of the times means single shots. */
  record Iterations(int warmUps, int measured, int millis) {

    double seconds() {
      return (warmUps + measured) * (millis == 0 ? 2 : millis / 1e3);
    }
  }
}
