package dev.slipstream.examples.warmstart;

import dev.slipstream.examples.shared.Clients;
import dev.slipstream.examples.shared.CommandLine;
import dev.slipstream.examples.shared.CommandLine.Given;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Program;
import dev.slipstream.examples.shared.Reply;
import dev.slipstream.examples.shared.Request;
import dev.slipstream.examples.shared.RunResult;
import dev.slipstream.examples.shared.StopSignal;
import dev.slipstream.examples.shared.Table;
import dev.slipstream.examples.shared.Zipf;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Runs a {@link WarmService} three times (cold, warm, and with a damaged file), or with {@code
 * --serve} until Ctrl-C.
 *
 * <pre>{@code
 * mvn -q -pl examples -am compile exec:java -Dexec.mainClass=dev.slipstream.examples.warmstart.WarmStart
 * }</pre>
 */
public final class WarmStart {
  static final String USAGE =
      """
      Runs a web service that starts with the entries that its cache held when it was last saved:
      once cold, once warm, once with a damaged file. Ends after some seconds with a comparison.

      mvn -q -pl examples -am compile exec:java \\
          -Dexec.mainClass=dev.slipstream.examples.warmstart.WarmStart -Dexec.args="--serve --port 8080"

        --serve            serves until Ctrl-C, which saves; the next start is warm
        --port N           where it listens (default: any free port)
        --file PATH        with --serve: the file to start from and to save to
                           (default: warm-service.v1.view in the working directory)
        --save-seconds N   with --serve: how often it saves, 1 to 3600 (default 30)
        --requests N       without --serve: requests of each run, 1 to 10000 (default 400)
        --rows N           items in the database, 5000 to 2000000 (default 50000)
        --help             prints this text

      Exit codes: 0 done, 1 failed (for example, a port in use), 2 bad option, 130 interrupted.""";

  static final CommandLine LINE =
      new CommandLine()
          .flag("--serve")
          .number("--port", 0, 0, 65_535)
          .path("--file", Path.of("warm-service.v1.view"))
          .number("--save-seconds", 30, 1, 3_600)
          .number("--requests", 400, 1, 10_000)
          .number("--rows", 50_000, 5_000, 2_000_000);

  private static final int REQUESTS_PER_SECOND = 200;
  private static final int ITEMS = 300;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Given options;
  private final PrintStream out;
  private final Database database;

  private WarmStart(Given options, PrintStream out, Database database) {
    this.options = options;
    this.out = out;
    this.database = database;
  }

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
      throws IOException, SQLException, InterruptedException {
    try (StopSignal stop = new StopSignal();
        Database database = Database.open(options.count("--rows"))) {
      WarmStart program = new WarmStart(options, out, database);
      if (options.has("--serve")) {
        program.serve(stop);
      } else {
        program.compare(stop);
      }
      return stop.exitCode();
    } catch (BindException e) {
      err.println(Program.notAvailable(options.count("--port"), e));
      return Program.FAILED;
    }
  }

  private void serve(StopSignal stop) throws IOException, InterruptedException {
    Path file = options.path("--file").toAbsolutePath();
    if (!Files.isDirectory(file.getParent())) {
      throw new NotDirectoryException(file.getParent().toString());
    }
    try (WarmService service = start(file)) {
      out.println("serving " + service.address(7) + " (Ctrl-C saves and ends)");
      stop.await(Long.MAX_VALUE);
    }
  }

  private void compare(StopSignal stop) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("slipstream-");
    try {
      Path file = directory.resolve("warm-service.v1.view");
      List<RunResult> runs = new ArrayList<>();
      for (String name : List.of("cold", "warm")) {
        runs.add(measure(name, file));
        if (stop.await(0)) {
          return;
        }
      }
      flipBit(file);
      start(file).close();
      out.println();
      table(runs).forEach(out::println);
    } finally {
      delete(directory);
    }
  }

  private static List<String> table(List<RunResult> runs) {
    return List.of(
        Table.row("", runs, RunResult::name),
        Table.row("requests", runs, run -> Table.count(run.requests())),
        Table.row("p50 of the answers", runs, run -> Table.time(run.p50Nanos())),
        Table.row("p99 of the answers", runs, run -> Table.time(run.p99Nanos())),
        Table.row("SQL queries started", runs, run -> Table.count(run.queriesStarted())),
        Table.row("failed requests", runs, run -> Table.count(run.failed())));
  }

  /** Starts the service, sends the requests at once, and returns the result. */
  private RunResult measure(String name, Path file) throws IOException {
    long started = database.started();
    try (WarmService service = start(file)) {
      Collection<Reply> replies =
          new Clients(service::address).send(plan(name.hashCode()), (answered, failed) -> {});
      return RunResult.of(name, replies, database.started() - started, 0);
    }
  }

  private WarmService start(Path file) throws IOException {
    int saveSeconds = options.count("--save-seconds");
    return WarmService.start(file, options.count("--port"), database, saveSeconds, out);
  }

  private List<Request> plan(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Zipf items = new Zipf(ITEMS, 1.2);
    return Stream.iterate(0, i -> i + 1)
        .limit(options.count("--requests"))
        .map(i -> new Request(i * 1_000 / REQUESTS_PER_SECOND, items.next(random), TIMEOUT_MILLIS))
        .toList();
  }

  private static void flipBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
