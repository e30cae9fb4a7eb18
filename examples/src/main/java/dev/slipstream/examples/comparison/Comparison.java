package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Terminal;
import java.io.PrintStream;
import java.util.List;

/**
 * Puts the same load on a small web shop three times (without a cache, with Caffeine's {@code
 * AsyncCache}, with Slipstream) and prints the results. See {@link Options#USAGE}.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java
 * }</pre>
 *
 * <p>It ends with {@code System.exit}: it runs inside Maven, which would print an error of its own
 * for an exception.
 */
public final class Comparison {
  private Comparison() {}

  /**
   * Runs the program and ends the JVM.
   *
   * @param arguments the options
   */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  /** Runs the program and returns its exit code. */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    return Program.run(
        Options.LINE,
        Options.USAGE,
        arguments,
        out,
        err,
        given -> run(Options.of(given), out, err));
  }

  private static int run(Options options, PrintStream out, PrintStream err) throws Exception {
    ProgressBar progress = new ProgressBar(out, Terminal.standardOutput());
    return Program.measure(
        options.port(),
        progress,
        err,
        () -> new Experiment(options, progress).run(),
        runs -> {
          out.println();
          Report.lines(runs).forEach(out::println);
        });
  }
}
