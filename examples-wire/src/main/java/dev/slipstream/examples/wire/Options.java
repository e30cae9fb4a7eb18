package dev.slipstream.examples.wire;

import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;
import dev.slipstream.processes.PostgresServer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of {@link Wire}.
 *
 * @param items how many items are asked for in each way, one after the other
 * @param callers how many ask for each item at once
 * @param queryMillis how long a server takes to answer
 * @param server the directory of PostgreSQL's programs
 */
record Options(int items, int callers, long queryMillis, Path server) {

  static final String USAGE =
      """
      Has callers share slow requests, to PostgreSQL by JDBC and by R2DBC, and to a gRPC server, and
      has all of them leave. Ends with a table of what the servers have seen: with a loader that
      passes the cancel on, and with one that does not. Takes about 15 seconds. Needs a PostgreSQL
      server (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql): it starts
      one of its own, in a temporary directory and on a free port of the loopback, and ends it.

      mvn -q -pl examples-wire -am compile exec:java -Dexec.args="--callers 100"

        --items N          items that are asked for in each way, 1 to 1000 (default 3)
        --callers N        callers of each item, 1 to 10000 (default 8)
        --query-millis N   how long a server takes to answer, 200 to 60000 (default 1000)
        --server PATH      the directory of PostgreSQL's programs, initdb and postgres (default:
                           where they are on the PATH, else the newest in /usr/lib/postgresql)
        --help             prints this text

      Ctrl-C ends it early, with its server.
      Exit codes: 0 done, 1 failed (for example, no server), 2 bad option, 130 interrupted.""";

  private static final Path FIND = Path.of("");

  static final CommandLine LINE =
      new CommandLine()
          .number("--items", 3, 1, 1_000)
          .number("--callers", 8, 1, 10_000)
          .number("--query-millis", 1_000, 200, 60_000)
          .path("--server", FIND);

  /** Returns the options; fails if there is no server. */
  static Options of(Given given) {
    return new Options(
        given.count("--items"),
        given.count("--callers"),
        given.number("--query-millis"),
        server(given.path("--server")));
  }

  private static Path server(Path named) {
    Optional<Path> found =
        named.equals(FIND)
            ? PostgresServer.installed()
            : Optional.of(named.toAbsolutePath()).filter(PostgresServer::isIn);
    return found.orElseThrow(() -> new IllegalStateException(missing(named)));
  }

  private static String missing(Path named) {
    String where =
        named.equals(FIND)
            ? "initdb and postgres are neither on the PATH nor in /usr/lib/postgresql/*/bin"
            : named + " does not have initdb and postgres";
    return "no PostgreSQL server: "
        + where
        + ": install one (Debian, Ubuntu: apt-get install postgresql; macOS: brew install"
        + " postgresql), or name the directory of its programs with --server PATH";
  }
}
