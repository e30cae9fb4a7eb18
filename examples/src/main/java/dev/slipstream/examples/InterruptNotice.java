package dev.slipstream.examples;

import java.io.PrintStream;

/**
 * The one line that Ctrl-C is answered with. The JVM runs it as a shutdown hook and then exits with
 * code 130 (128 and the number of the signal).
 */
final class InterruptNotice {
  private final Thread hook;

  private InterruptNotice(Thread hook) {
    this.hook = hook;
  }

  static InterruptNotice arm(ProgressBar progress, PrintStream err) {
    Thread hook =
        new Thread(
            () -> {
              progress.silence();
              err.println("interrupted: not all runs were done, so there is no table");
            });
    Runtime.getRuntime().addShutdownHook(hook);
    return new InterruptNotice(hook);
  }

  /** Takes it back; returns false if it is too late for that, as the JVM is shutting down. */
  boolean disarm() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
