package dev.slipstream.examples.cluster;

import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;
import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.StopSignal;
import dev.slipstream.processes.RedisServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts a Redis server and some JVMs whose caches share a ledger, puts load on a key, kills the
 * node that loads it, cuts a node off and heals it. Checks how often each value was loaded, and
 * that none is stale.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java -Dexec.mainClass=dev.slipstream.examples.cluster.Cluster
 * }</pre>
 */
public final class Cluster {
  static final String USAGE =
      """
      Starts a Redis server and some JVMs whose caches share a ledger: they run one load of a key
      between them. Puts load on a hot key, kills the node that loads it, cuts a node off from the
      server and heals it. Ends after about 20 seconds with a table; the counts are checked. Needs
      redis-server (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis).

      mvn -q -pl examples -am compile exec:java \\
          -Dexec.mainClass=dev.slipstream.examples.cluster.Cluster -Dexec.args="--nodes 5"

        --nodes N          how many JVMs there are, 2 to 16 (default 3)
        --callers N        how many callers each has, 1 to 1000 (default 16)
        --rounds N         how often they get the hot key, 1 to 100000 (default 100)
        --kills N          how often its owner is killed, 1 to 100 (default 3)
        --lease-millis N   how long a load stands still when its owner is killed,
                           200 to 60000 (default 1000)
        --port N           where the ledger's server listens, on the loopback
                           (default: any free port)
        --server PATH      the server's program (default: redis-server on the PATH;
                           valkey-server does as well)
        --help             prints this text

      Ctrl-C ends it early, with all its processes.
      Exit codes: 0 done, 1 failed (a stale value, a value loaded twice, a port in use, no server),
      2 bad option, 130 interrupted.""";

  static final CommandLine LINE =
      new CommandLine()
          .number("--nodes", 3, 2, 16)
          .number("--callers", 16, 1, 1_000)
          .number("--rounds", 100, 1, 100_000)
          .number("--kills", 3, 1, 100)
          .number("--lease-millis", 1_000, 200, 60_000)
          .number("--port", 0, 0, 65_535)
          .path("--server", Path.of("redis-server"));

  /** Ctrl-C ends the other processes as well, maybe before this one notices it. */
  private static final long NOTICED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Cluster() {}

  /**
   * Runs the program and ends the JVM.
   *
   * @param arguments the options
   */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  /** Runs the program and returns its exit code. */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    return Program.run(LINE, USAGE, arguments, out, err, options -> run(options, out, err));
  }

  private static int run(Given options, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    Path named = options.path("--server");
    Optional<Path> binary = find(named);
    if (binary.isEmpty()) {
      err.println(missing(named));
      return Program.FAILED;
    }
    int port = options.count("--port");
    try {
      checkFree(port);
    } catch (BindException e) {
      err.println(Program.notAvailable(port, e));
      return Program.FAILED;
    }
    try (StopSignal stop = new StopSignal()) {
      try {
        return run(options, binary.get(), stop, out);
      } catch (RuntimeException e) {
        if (stop.await(NOTICED_NANOS)) {
          return stop.exitCode();
        }
        throw e;
      }
    }
  }

  private static int run(Given options, Path binary, StopSignal stop, PrintStream out)
      throws InterruptedException {
    int count = options.count("--nodes");
    long lease = options.number("--lease-millis");
    try (Fleet fleet = Fleet.start(binary, options.count("--port"), count, lease)) {
      out.println(line("ledger", fleet.server()));
      out.println(line("database", fleet.database()));
      for (int i = 0; i < count; i++) {
        out.printf("%s is process %d%n", fleet.name(i), fleet.pid(i));
      }
      Scenario scenario = new Scenario(fleet, options.count("--callers"), stop, out);
      Findings findings = scenario.run(options.count("--rounds"), options.count("--kills"));
      if (stop.await(0)) {
        return stop.exitCode();
      }
      out.println();
      findings.lines().forEach(out::println);
      return findings.hold() ? 0 : Program.FAILED;
    }
  }

  private static String line(String name, RedisServer server) {
    return "the %s is process %d, on port %d".formatted(name, server.pid(), server.port());
  }

  /** Returns the server's file: a mere name is looked for on the PATH. */
  private static Optional<Path> find(Path named) {
    return named.getParent() == null
        ? RedisServer.installed(named.toString())
        : Optional.of(named).filter(Files::isExecutable);
  }

  private static String missing(Path named) {
    String where = named.getParent() == null ? "%s is not on the PATH" : "%s is not a program";
    return (where
            + ": install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install"
            + " redis), or name a server with --server PATH")
        .formatted(named);
  }

  private static void checkFree(int port) throws IOException {
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }
}
