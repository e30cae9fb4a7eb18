package dev.slipstream.examples.wire;

import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Terminal;
import java.io.PrintStream;
import java.util.List;

/**
 * Has callers share slow requests to PostgreSQL, by JDBC and R2DBC, and to a gRPC server, and has
 * all of them leave; prints what the servers saw of it. See {@link Options#USAGE}.
 *
 * <pre>{@code
 * mvn -q -pl examples-wire -am compile exec:java
 * }</pre>
 */
public final class Wire {
  private Wire() {}

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
        given -> {
          Options options;
          try {
            options = Options.of(given);
          } catch (IllegalStateException e) {
            err.println(e.getMessage());
            return Program.FAILED;
          }
          return run(options, out, err);
        });
  }

  private static int run(Options options, PrintStream out, PrintStream err) throws Exception {
    ProgressBar progress = new ProgressBar(out, Terminal.standardOutput());
    return Program.measure(
        0,
        progress,
        err,
        () -> new Experiment(options, progress).run(),
        results -> {
          progress.end("");
          Report.lines(results).forEach(out::println);
        });
  }
}
