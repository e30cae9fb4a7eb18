package dev.slipstream.examples;

import dev.slipstream.examples.CommandLine.Given;
import java.io.PrintStream;
import java.net.BindException;
import java.util.List;

/** What all programs do alike: help, wrong options, failures, exit codes. */
final class Program {
  static final int FAILED = 1;
  static final int INTERRUPTED = 130; // 128 and the number of the signal

  private static final int BAD_OPTION = 2;

  private Program() {}

  /** What a program does with its options. */
  @FunctionalInterface
  interface Body {
    /** Does it, and returns the exit code. */
    int run(Given options) throws Exception;
  }

  /** Runs a program and returns its exit code. */
  static int run(
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

  /** Returns what to say of a port that cannot be had. */
  static String notAvailable(int port, BindException e) {
    return "port %d is not available (%s): choose another with --port N, or leave it out"
        .formatted(port, e.getMessage());
  }
}
