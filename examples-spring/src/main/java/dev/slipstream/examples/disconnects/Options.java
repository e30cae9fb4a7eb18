package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;

/**
 * The options of {@link Disconnects}.
 *
 * @param items how many items are asked for, one after the other
 * @param clients the most that ask for one item at once
 * @param leaving how many percent of the clients disconnect while they wait
 * @param rows how many items the database holds
 * @param port where the application listens; 0 is any free port
 * @param seed of the random load
 */
record Options(int items, int clients, int leaving, int rows, int port, long seed) {

  static final String USAGE =
      """
      Has clients disconnect from a Spring WebFlux application with @Cacheable(sync = true) in
      front of an H2 database: with Caffeine's cache manager, which stores null values or refuses
      them, and with Slipstream's. Ends with a table, after about 30 seconds.

      mvn -q -pl examples-spring -am test-compile exec:java -Dexec.args="--clients 20"

        --items N      items that are asked for, 1 to 10000 (default 60)
        --clients N    most HTTP clients of an item, 1 to 500 (default 8)
        --leaving N    how many percent of them disconnect, 0 to 100 (default 60)
        --rows N       items in the database, 5000 to 2000000 (default 150000)
        --port N       where the application listens (default: any free port)
        --seed N       seed of the random load (default 42)
        --help         prints this text

      Exit codes: 0 done, 1 failed (for example, a port in use), 2 bad option, 130 interrupted.""";

  static final CommandLine LINE =
      new CommandLine()
          .number("--items", 60, 1, 10_000)
          .number("--clients", 8, 1, 500)
          .number("--leaving", 60, 0, 100)
          .number("--rows", 150_000, 5_000, 2_000_000)
          .number("--port", 0, 0, 65_535)
          .number("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE);

  static Options of(Given given) {
    return new Options(
        given.count("--items"),
        given.count("--clients"),
        given.count("--leaving"),
        given.count("--rows"),
        given.count("--port"),
        given.number("--seed"));
  }
}
