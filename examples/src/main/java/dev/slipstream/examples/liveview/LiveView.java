package dev.slipstream.examples.liveview;

import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;
import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.StopSignal;
import dev.slipstream.examples.shared.Terminal;
import java.io.PrintStream;
import java.util.List;

/**
 * Shows the events of a {@link BusyCache} live, through two canals: a lossy subscription delivers
 * the latest events, a cursor counts all of them. At the end, the events that the cursor counted
 * and those that it reported as lost add up to all events.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java -Dexec.mainClass=dev.slipstream.examples.liveview.LiveView
 * }</pre>
 */
public final class LiveView {
  static final String USAGE =
      """
      Shows the events of a busy cache live, through two canals: the latest events from a lossy
      subscription, the count of all events from a cursor. If the output is not a terminal, it
      prints one line a second.

      mvn -q -pl examples -am compile exec:java \\
          -Dexec.mainClass=dev.slipstream.examples.liveview.LiveView -Dexec.args="--seconds 30"

        --seconds N    how long it runs, 1 to 3600 (default 10)
        --keys N       how many keys there are, 2 to 10000 (default 400)
        --threads N    how many callers there are, 1 to 500 (default 32)
        --journal N    how many events the cache keeps, 1 to 1000000 (default 4096);
                       if they are few, the cursor reports gaps
        --tail N       how many events the subscription buffers, 1 to 1000000
                       (default 64)
        --help         prints this text

      NO_COLOR=1 turns colours off. Ctrl-C ends it early.
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

  /** Shows the state: ten times a second on a terminal, else once a second. */
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
