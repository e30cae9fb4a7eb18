package dev.slipstream.examples.shared;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows the progress of the program: on a terminal in one line that changes in place, elsewhere in
 * one line at the end of each step.
 */
public final class ProgressBar {
  private static final int WIDTH = 32;
  private static final int LINE = 78;

  private final PrintStream out;
  private final Terminal terminal;
  private boolean silent; // guarded by this; set once, by the thread that handles Ctrl-C

  /**
   * Creates a progress bar.
   *
   * @param out receives it
   * @param terminal the properties of {@code out}
   */
  public ProgressBar(PrintStream out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Shows the step that begins.
   *
   * @param step its name
   */
  public void begin(String step) {
    change(step + " ...");
  }

  /**
   * Prints the result of a step.
   *
   * @param result one line
   */
  public void end(String result) {
    line(result);
  }

  /**
   * Shows the state of a run.
   *
   * @param name of the run
   * @param answered how many requests have a reply so far
   * @param failed how many of those have failed
   * @param of how many requests there are
   */
  public void update(String name, int answered, int failed, int of) {
    change(bar(name, answered, failed, of));
  }

  /**
   * Prints the final state of a run.
   *
   * @param name of the run
   * @param failed how many requests have failed
   * @param of how many requests there were
   */
  public void end(String name, int failed, int of) {
    line(bar(name, of, failed, of));
  }

  /** Stops printing, and leaves the cursor at the start of an empty line. */
  public synchronized void silence() {
    change("");
    silent = true;
    if (terminal.live()) {
      out.print('\r');
      out.flush();
    }
  }

  private synchronized void change(String text) {
    if (terminal.live() && !silent) {
      out.print('\r' + padded(text));
      out.flush();
    }
  }

  private synchronized void line(String text) {
    if (!silent) {
      out.println(terminal.live() ? '\r' + padded(text) : text);
    }
  }

  private String bar(String name, int answered, int failed, int of) {
    int filled = (int) ((long) WIDTH * answered / of);
    return String.format(
        Locale.ROOT,
        "%-10s %s%s %3d %%  %,6d answered %,6d failed",
        name,
        terminal.full().repeat(filled),
        terminal.empty().repeat(WIDTH - filled),
        100L * answered / of,
        answered - failed,
        failed);
  }

  private static String padded(String text) {
    return text + " ".repeat(Math.max(0, LINE - text.length()));
  }
}
