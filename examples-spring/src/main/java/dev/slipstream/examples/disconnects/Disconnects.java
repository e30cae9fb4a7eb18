package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Terminal;
import java.io.PrintStream;
import java.net.BindException;
import java.util.List;
import org.springframework.boot.web.server.PortInUseException;

/**
 * Has clients disconnect from a WebFlux application with {@code @Cacheable(sync = true)}, with
 * Caffeine's cache manager and with Slipstream's, and prints what became of the other clients and
 * of the queries. See {@link Options#USAGE}.
 *
 * <pre>{@code
 * mvn -q -pl examples-spring -am test-compile exec:java
 * }</pre>
 *
 * <p>It ends with {@code System.exit}: it runs inside Maven, which would print an error of its own
 * for an exception.
 */
public final class Disconnects {
  private Disconnects() {}

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
        () -> measure(new Experiment(options, progress)),
        results -> {
          out.println();
          Report.lines(results).forEach(out::println);
        });
  }

  private static List<Result> measure(Experiment experiment) throws Exception {
    try {
      return experiment.run();
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof PortInUseException inUse) {
          throw new BindException(inUse.getMessage());
        }
      }
      throw e;
    }
  }
}
