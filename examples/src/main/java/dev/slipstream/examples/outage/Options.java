package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The options of {@link Outage}.
 *
 * @param failure how the database fails
 * @param phases how long the database serves, fails, and serves again in each run
 * @param rate requests a second
 * @param items how many items are requested from the start
 * @param timeToLive of the entries
 * @param rows how many items the database holds
 * @param port where the web server listens; 0 is any free port
 * @param seed of the random load
 * @param plot the file of the plot
 */
record Options(
    Failure failure,
    Phases phases,
    int rate,
    int items,
    Duration timeToLive,
    int rows,
    int port,
    long seed,
    Path plot) {

  static final String USAGE =
      """
      Puts the same load on a small web shop four times while its database fails for ten seconds: all
      its connections break, and new ones as well, or it accepts queries and answers none. Slipstream
      without and with the settings that protect its callers and the database, Caffeine with
      refreshAfterWrite, and Caffeine with a Resilience4j bulkhead round its loader. Ends with a table
      and a plot, after about two minutes.

      mvn -q -pl examples -am compile exec:java \\
          -Dexec.mainClass=dev.slipstream.examples.outage.Outage -Dexec.args="--failure hang --rate 400"

        --failure HOW    how the database fails: refuse or hang (default refuse)
        --before N       how long the database serves first, 1 to 600 seconds (default 8)
        --outage N       how long it fails, 1 to 600 seconds (default 10)
        --after N        how long it serves again, 1 to 600 seconds (default 7)
        --rate N         requests a second, 1 to 2000 (default 200)
        --items N        how many items are requested, 1 to 5000 (default 100)
        --ttl-millis N   time to live of the entries, 100 to 600000 milliseconds (default 4000);
                         where entries are refreshed, after half of it
        --rows N         items in the database, 5100 to 2000000 (default 20000)
        --port N         where the web server listens (default: any free port)
        --seed N         seed of the random load (default 42)
        --plot PATH      the file of the plot, an SVG; replaced if it exists
                         (default: outage.svg in the working directory)
        --help           prints this text

      Exit codes: 0 done, 1 failed (for example, a port in use), 2 bad option, 130 interrupted.""";

  static final CommandLine LINE =
      new CommandLine()
          .choice("--failure", Failure.REFUSE)
          .number("--before", 8, 1, 600)
          .number("--outage", 10, 1, 600)
          .number("--after", 7, 1, 600)
          .number("--rate", 200, 1, 2_000)
          .number("--items", 100, 1, 5_000)
          .number("--ttl-millis", 4_000, 100, 600_000)
          .number("--rows", 20_000, 5_100, 2_000_000)
          .number("--port", 0, 0, 65_535)
          .number("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE)
          .path("--plot", Path.of("outage.svg"));

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
        given.choice("--failure", Failure.class),
        new Phases(given.count("--before"), given.count("--outage"), given.count("--after")),
        given.count("--rate"),
        given.count("--items"),
        Duration.ofMillis(given.number("--ttl-millis")),
        given.count("--rows"),
        given.count("--port"),
        given.number("--seed"),
        given.path("--plot"));
  }
}
