package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs a step on a JDK and returns its results as lines. */
final class StepRunner {
  private static final String PACKAGE = "dev.slipstream.jmh.";

  /** A step that ended without its results; its log says why. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Path jar;
  private volatile Process program;

  StepRunner(Path jar) {
    this.jar = jar;
    System.setProperty("java.class.path", jar.toString()); // JMH gives it to its forks
  }

  List<String> run(Step step, Jdk jdk, Path log) throws Failed, IOException, InterruptedException {
    return step instanceof Step.Benchmarks benchmarks
        ? run(benchmarks, jdk, log)
        : run((Step.Program) step, jdk, log);
  }

  /** Ends the program that is running, if any; JMH's forks end with this JVM. */
  void stop() {
    Process running = program;
    if (running != null) {
      running.destroy();
    }
  }

  private List<String> run(Step.Benchmarks step, Jdk jdk, Path log) throws Failed {
    Step.Iterations iterations = step.iterations();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(PACKAGE.replace(".", "\\.") + step.include())
            .jvm(jdk.java().toString())
            .forks(1)
            .threads(step.threads())
            .warmupIterations(iterations.warmUps())
            .measurementIterations(iterations.measured())
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .addProfiler(CpuTime.class)
            .output(log.toString());
    if (iterations.millis() > 0) {
      TimeValue time = TimeValue.milliseconds(iterations.millis());
      options.warmupTime(time).measurementTime(time);
    }
    step.params().forEach(options::param);
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      if (results.size() != step.forks()) {
        throw new Failed(
            "%d benchmarks ran, but %d were planned".formatted(results.size(), step.forks()), null);
      }
      return results.stream().flatMap(StepRunner::lines).toList();
    } catch (RunnerException e) {
      throw new Failed(e.getMessage(), e);
    }
  }

  private static Stream<String> lines(RunResult result) {
    Map<String, List<String>> values = new TreeMap<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        add(values, Results.TIME, iteration.getPrimaryResult());
        iteration.getSecondaryResults().forEach((metric, value) -> add(values, metric, value));
      }
    }
    String name = nameOf(result.getParams());
    return values.entrySet().stream()
        .map(e -> name + "\t" + e.getKey() + "\t" + String.join("\t", e.getValue()));
  }

  private static void add(Map<String, List<String>> values, String metric, Result<?> result) {
    values.computeIfAbsent(metric, key -> new ArrayList<>()).add(String.valueOf(result.getScore()));
  }

  /** The simple class name, the method, and what it ran with: {@code HitBenchmark.guava keys=1}. */
  private static String nameOf(BenchmarkParams params) {
    String full = params.getBenchmark();
    String simple = full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1);
    String with =
        params.getParamsKeys().stream()
            .map(key -> " " + key + "=" + params.getParam(key))
            .collect(Collectors.joining());
    return simple + with + " threads=" + params.getThreads();
  }

  private List<String> run(Step.Program step, Jdk jdk, Path log)
      throws Failed, IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().toString());
    command.addAll(step.jvmArgs());
    command.addAll(List.of("-cp", jar.toString(), step.main()));
    command.addAll(step.args());
    Path output = log.resolveSibling(step.name() + ".out");
    program =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(log.toFile())
            .start();
    int status = program.waitFor();
    program = null;
    if (status != 0) {
      throw new Failed("%s exited with %d".formatted(step.main(), status), null);
    }
    return Files.readAllLines(output).stream().filter(line -> line.indexOf('\t') > 0).toList();
  }
}
