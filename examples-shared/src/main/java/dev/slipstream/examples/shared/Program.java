package dev.slipstream.examples.shared;

import dev.slipstream.examples.shared.CommandLine.Given;
import java.io.PrintStream;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What all programs have in common: help, wrong options, failures, exit codes. */
public final class Program {
  /** The exit code of a program that has failed. */
  public static final int FAILED = 1;

  /** The exit code of a program that Ctrl-C has ended: 128 plus the number of the signal. */
  public static final int INTERRUPTED = 130;

  private static final int BAD_OPTION = 2;

  private Program() {}

  /** The body of a program. */
  @FunctionalInterface
  public interface Body {
    /**
     * Runs the program.
     *
     * @param options of the command line
     * @return the exit code
     * @throws Exception if it fails; the message is printed
     */
    int run(Given options) throws Exception;
  }

  /**
   * The end of a program that measures.
   *
   * @param <R> what is measured
   */
  @FunctionalInterface
  public interface Report<R> {
    /**
     * Prints the report.
     *
     * @param measured what was measured
     * @throws Exception if it fails; the message is printed
     */
    void print(R measured) throws Exception;
  }

  /**
   * Runs a program.
   *
   * @param takes the options that it takes
   * @param usage the text that {@code --help} prints
   * @param arguments of the command line
   * @param out standard output
   * @param err standard error
   * @param body runs if the options are valid and {@code --help} is not among them
   * @return the exit code
   */
  public static int run(
      CommandLine takes,
      String usage,
      List<String> arguments,
      PrintStream out,
      PrintStream err,
      Body body) {
    Given options;
    try {
      options = takes.read(arguments);
    } catch (IllegalArgumentException e) {
      err.println("bad option: " + e.getMessage() + " (--help lists the options)");
      return BAD_OPTION;
    }
    if (options.help()) {
      out.println(usage);
      return 0;
    }
    try {
      return body.run(options);
    } catch (Exception e) {
      err.println("failed: " + e);
      return FAILED;
    }
  }

  /**
   * Runs measurements that end with a report; Ctrl-C ends them without one.
   *
   * @param <R> what is measured
   * @param port where the measured server listens, to be named if it is not available
   * @param progress shows the progress; it is silenced if they end without a report
   * @param err standard error
   * @param measure measures
   * @param report prints the report
   * @return the exit code
   * @throws Exception if the report fails
   */
  public static <R> int measure(
      int port, ProgressBar progress, PrintStream err, Callable<R> measure, Report<R> report)
      throws Exception {
    InterruptNotice notice =
        InterruptNotice.arm(
            () -> {
              progress.silence();
              err.println("interrupted: not all runs have finished, so there is no table");
            });
    @Nullable R measured = null;
    String failure = "";
    try {
      measured = measure.call();
    } catch (BindException e) {
      failure = notAvailable(port, e);
    } catch (Exception e) {
      failure = "failed: " + e;
    }
    if (!notice.disarm()) {
      return INTERRUPTED; // it has been printed
    }
    if (measured == null) {
      progress.silence();
      err.println(failure);
      return FAILED;
    }
    report.print(measured);
    return 0;
  }

  /**
   * Returns the message for a port that is not available.
   *
   * @param port the port
   * @param e the reason
   * @return the message
   */
  public static String notAvailable(int port, BindException e) {
    return "port %d is not available (%s): choose another with --port N, or leave it out"
        .formatted(port, e.getMessage());
  }
}
