package dev.slipstream.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.sql.SQLException;
import java.util.List;

/**
 * Puts the same load on a small web shop three times (without a cache, with Caffeine's, with
 * Slipstream) and prints what came of it. See {@link Options#USAGE}.
 *
 * <p>It ends with {@code System.exit}: it runs within Maven, which would print an error of its own
 * for an exception.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_OPTION = 2;
  private static final int INTERRUPTED = 130;

  private Main() {}

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
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println("bad option: " + e.getMessage() + " (--help lists the options)");
      return BAD_OPTION;
    }
    if (options.help()) {
      out.println(Options.USAGE);
      return 0;
    }
    return run(options, out, err);
  }

  private static int run(Options options, PrintStream out, PrintStream err) {
    ProgressBar progress = new ProgressBar(out, Terminal.standardOutput());
    InterruptNotice notice = InterruptNotice.arm(progress, err);
    List<String> report;
    String failure = "";
    try {
      report = Report.lines(new Experiment(options, progress).run());
    } catch (BindException e) {
      report = List.of();
      failure =
          "port %d is not available (%s): choose another with --port N, or leave it out"
              .formatted(options.port(), e.getMessage());
    } catch (IOException | SQLException | InterruptedException | RuntimeException e) {
      report = List.of();
      failure = "failed: " + e;
    }
    if (!notice.disarm()) {
      return INTERRUPTED; // the notice has been given
    }
    if (!failure.isEmpty()) {
      progress.silence();
      err.println(failure);
      return FAILED;
    }
    out.println();
    report.forEach(out::println);
    return 0;
  }
}
