package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets the database of a small web shop fail for ten seconds under load, four times: behind
 * Slipstream without and with the settings that protect, and behind two of its peers. Prints a
 * table and draws a plot. See {@link Options#USAGE}.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java -Dexec.mainClass=dev.slipstream.examples.outage.Outage
 * }</pre>
 */
public final class Outage {
  private static final Logger CAFFEINE = Logger.getLogger("com.github.benmanes.caffeine");

  private Outage() {}

  /**
   * Runs the program and ends the JVM.
   *
   * @param arguments the options
   */
  public static void main(String[] arguments) {
    prepare();
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  /** Turns off the caches' logs: each would have some thousand failures of its loader. */
  static void prepare() {
    System.setProperty("java.awt.headless", "true"); // the plot needs no screen
    System.setProperty("org.slf4j.simpleLogger.log.dev.slipstream", "off");
    CAFFEINE.setLevel(Level.OFF);
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
    Path plot = options.plot().toAbsolutePath();
    checkWritable(plot);
    ProgressBar progress = new ProgressBar(out, Terminal.standardOutput());
    return Program.measure(
        options.port(),
        progress,
        err,
        () -> new Experiment(options, progress).run(),
        runs -> print(runs, plot, out));
  }

  /** Prints the table and writes the plot. */
  static void print(List<OutageResult> runs, Path plot, PrintStream out) throws IOException {
    out.println();
    Report.lines(runs).forEach(out::println);
    Plot.write(runs, plot);
    out.println();
    out.println("plot: " + plot);
  }

  /** Fails now, rather than after the runs. */
  private static void checkWritable(Path plot) throws IOException {
    if (!Files.isDirectory(plot.getParent())) {
      throw new NotDirectoryException(String.valueOf(plot.getParent()));
    }
    if (Files.isDirectory(plot)) {
      throw new IOException("--plot must name a file, but %s is a directory".formatted(plot));
    }
  }
}
