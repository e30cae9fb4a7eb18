package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;
import java.util.List;

/**
 * The options of {@link Comparison}.
 *
 * @param clients how many clients there are; in a burst they all send a request at once
 * @param seconds how long each of the three runs takes
 * @param rate requests a second; 0 is a multiple of what the database was measured to serve
 * @param rows how many items the database holds
 * @param port where the server listens; 0 is any free port
 * @param seed of the random load
 */
record Options(int clients, int seconds, int rate, int rows, int port, long seed) {

  static final String USAGE =
      """
      Puts the same load on a small web shop three times: without a cache, with Caffeine's
      AsyncCache, and with Slipstream. Ends with a table, after about 30 seconds.

      mvn -q -pl examples -am compile exec:java -Dexec.args="--clients 200 --seconds 5"

        --clients N    concurrent HTTP clients, 1 to 2000 (default 300)
        --seconds N    length of each of the three runs, 1 to 600 (default 6)
        --rate N       requests a second, 1 to 2000 (default: %s times what the
                       database can serve without a cache, measured at the start)
        --rows N       items in the database, 5000 to 2000000 (default 150000)
        --port N       where the web server listens (default: any free port)
        --seed N       seed of the random load (default 42)
        --help         prints this text

      Exit codes: 0 done, 1 failed (for example, a port in use), 2 bad option, 130 interrupted."""
          .formatted(Experiment.OVERLOAD);

  static final CommandLine LINE =
      new CommandLine()
          .number("--clients", 300, 1, 2_000)
          .number("--seconds", 6, 1, 600)
          .number("--rate", 0, 1, 2_000)
          .number("--rows", 150_000, 5_000, 2_000_000)
          .number("--port", 0, 0, 65_535)
          .number("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE);

  /**
   * Parses a command line.
   *
   * @throws IllegalArgumentException if an option is unknown or its value is wrong
   */
  static Options parse(List<String> arguments) {
    return of(LINE.read(arguments));
  }

  static Options of(Given given) {
    return new Options(
        given.count("--clients"),
        given.count("--seconds"),
        given.count("--rate"),
        given.count("--rows"),
        given.count("--port"),
        given.number("--seed"));
  }
}
