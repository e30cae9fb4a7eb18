package dev.slipstream.examples;

import dev.slipstream.examples.CommandLine.Given;
import java.io.PrintStream;
import java.util.List;

/**
 * Tails a {@link BusyCache} through two canals and shows it live: a lossy subscription gives the
 * latest events, a cursor counts every one of them. At the end, the events that the cursor counted
 * and those that it reported as lost are as many as there were.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java -Dexec.mainClass=dev.slipstream.examples.LiveView
 * }</pre>
 */
public final class LiveView {
  static final String USAGE =
      """
      Tails a busy cache through two canals and shows it live: the latest events by a lossy
      subscription, the count of all by a cursor. Into a file it prints a line a second.

      mvn -q -pl examples -am compile exec:java \\
          -Dexec.mainClass=dev.slipstream.examples.LiveView -Dexec.args="--seconds 30"

        --seconds N    how long it runs, 1 to 3600 (default 10)
        --keys N       keys that are asked for, 2 to 10000 (default 400)
        --threads N    callers, 1 to 500 (default 32)
        --journal N    events that the cache keeps, 1 to 1000000 (default 4096);
                       with a handful, the cursor reports gaps
        --tail N       events that the subscription may lag behind, 1 to 1000000
                       (default 64)
        --help         prints this

      With NO_COLOR=1 it has no colours. Ctrl-C ends it early.
      Exit codes: 0 done, 1 failed, 2 bad option, 130 interrupted.""";

  static final CommandLine LINE =
      new CommandLine()
          .number("--seconds", 10, 1, 3_600)
          .number("--keys", 400, 2, 10_000)
          .number("--threads", 32, 1, 500)
          .number("--journal", 4_096, 1, 1_000_000)
          .number("--tail", 64, 1, 1_000_000);

  private static final long SECOND = 1_000_000_000;

  private LiveView() {}

  /**
   * Runs the program and ends the JVM.
   *
   * @param arguments the options
   */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), Terminal.standardOutput(), System.out, System.err));
  }

  /** Runs the program and returns its exit code. */
  static int run(List<String> arguments, Terminal terminal, PrintStream out, PrintStream err) {
    return Program.run(LINE, USAGE, arguments, out, err, options -> run(options, terminal, out));
  }

  private static int run(Given options, Terminal terminal, PrintStream out)
      throws InterruptedException {
    int keys = options.count("--keys");
    try (StopSignal stop = new StopSignal();
        BusyCache busy =
            new BusyCache(keys, options.count("--threads"), options.count("--journal"));
        LiveWatch watch = new LiveWatch(busy.cache(), keys, options.count("--tail"))) {
      show(watch, stop, options.number("--seconds"), terminal, out);
      busy.close();
      watch.awaitEnd();
      LiveTotals totals = watch.totals();
      out.println();
      totals.lines().forEach(out::println);
      return totals.isComplete() ? stop.exitCode() : Program.FAILED;
    }
  }

  /** Shows what is going on, ten times a second, or in a file once a second. */
  private static void show(
      LiveWatch watch, StopSignal stop, long seconds, Terminal terminal, PrintStream out)
      throws InterruptedException {
    long pause = terminal.live() ? SECOND / 10 : SECOND;
    long frames = seconds * SECOND / pause;
    long start = System.nanoTime();
    try (Screen screen = new Screen(out)) {
      for (long i = 1; i <= frames && !stop.await(start + i * pause - System.nanoTime()); i++) {
        LiveFrame frame = watch.look();
        if (terminal.live()) {
          screen.draw(frame.lines(terminal));
        } else {
          out.println(frame.line());
        }
      }
    }
  }
}
