package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.shared.InterruptNotice;
import dev.slipstream.examples.shared.Program;
import java.io.PrintStream;
import java.net.BindException;
import java.sql.SQLException;
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

  private static int run(Options options, PrintStream out, PrintStream err) {
    InterruptNotice notice =
        InterruptNotice.arm(
            () -> err.println("interrupted: not all runs have finished, so there is no table"));
    List<String> report = List.of();
    String failure = "";
    try {
      report = Report.lines(new Experiment(options, out).run());
    } catch (SQLException | InterruptedException | RuntimeException e) {
      failure = text(e);
    }
    if (!notice.disarm()) {
      return Program.INTERRUPTED; // it has been printed
    }
    if (!failure.isEmpty()) {
      err.println(failure);
      return Program.FAILED;
    }
    out.println();
    report.forEach(out::println);
    return 0;
  }

  private static String text(Exception failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof PortInUseException inUse) {
        return Program.notAvailable(inUse.getPort(), new BindException(inUse.getMessage()));
      }
      cause = cause.getCause();
    }
    return "failed: " + failure;
  }
}
