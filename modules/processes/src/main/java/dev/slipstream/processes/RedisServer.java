package dev.slipstream.processes;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server of a program's own, on a port of the loopback, ended by its process id. */
public final class RedisServer implements AutoCloseable {
  private static final long LONGEST_START_SECONDS = 30;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Path binary;

  /** Its working directory, of its own: a replica leaves a dump that the next server would load. */
  private final Path dir = Directories.temporary("redis-server");

  private final int port;
  private final List<String> options;
  private final Map<String, String> environment;
  private Process process;
  private RedisClient client;
  private StatefulRedisConnection<String, String> connection;

  private RedisServer(
      Path binary, int port, Map<String, String> environment, List<String> options) {
    this.binary = binary;
    this.port = port;
    this.environment = environment;
    this.options = options;
    try {
      start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts the server that comes with the tests, on a free port.
   *
   * @param options further options of the server
   * @return the server
   */
  public static RedisServer embedded(String... options) {
    return of(EmbeddedRedis.binary(), options);
  }

  /**
   * Starts a server on a free port.
   *
   * @param binary the server's file
   * @param options further options of the server
   * @return the server
   */
  public static RedisServer of(Path binary, String... options) {
    return on(freePort(), binary, options);
  }

  /**
   * Starts a server on a free port, in an environment of its own.
   *
   * @param environment variables that it has besides those of this JVM
   * @param binary the server's file
   * @param options further options of the server
   * @return the server
   */
  public static RedisServer in(Map<String, String> environment, Path binary, String... options) {
    return new RedisServer(binary, freePort(), Map.copyOf(environment), List.of(options));
  }

  /**
   * Starts a server.
   *
   * @param port a port of the loopback
   * @param binary the server's file
   * @param options further options of the server
   * @return the server
   */
  public static RedisServer on(int port, Path binary, String... options) {
    return new RedisServer(binary, port, Map.of(), List.of(options));
  }

  /**
   * Returns a server that is installed.
   *
   * @param name of a file on the {@code PATH}
   * @return its file, if there is one
   */
  public static Optional<Path> installed(String name) {
    return Programs.onPath(name);
  }

  /**
   * Returns the options without which a server refuses the command DEBUG.
   *
   * @param binary the server's file
   * @return options; none for Redis 6, which allows it
   */
  public static String[] optionsForDebug(Path binary) {
    boolean allows = Programs.version(binary).contains(" v=6.");
    return allows ? new String[0] : new String[] {"--enable-debug-command", "yes"};
  }

  /** Returns a port that leaves room for the one of a cluster's bus, which is 10,000 higher. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort() < 55_000 ? socket.getLocalPort() : freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the server, again if it was stopped, and waits until it answers. */
  public void start() {
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                dir.toString()));
    command.addAll(options);
    Path log = dir.resolve("log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      process = Processes.start(builder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client = RedisClient.create(uri());
    client.setOptions(ClientOptions.builder().autoReconnect(false).build()); // its end fails calls
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS);
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s does not answer on port %d: %s".formatted(binary, port, lastLine(log)));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean answers() {
    try {
      connection = client.connect();
      return "PONG".equals(connection.sync().ping());
    } catch (RedisException e) { // not yet
      return false;
    }
  }

  private static String lastLine(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> !line.isBlank()).reduce((first, second) -> second).orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns where it listens.
   *
   * @return its URI
   */
  public RedisURI uri() {
    return RedisURI.create("127.0.0.1", port);
  }

  /**
   * Returns where it listens, for a user of its own.
   *
   * @param user the user's name
   * @param password the password
   * @return its URI
   */
  public RedisURI uri(String user, String password) {
    return RedisURI.builder(uri()).withAuthentication(user, password.toCharArray()).build();
  }

  /**
   * Returns its port.
   *
   * @return the port
   */
  public int port() {
    return port;
  }

  /**
   * Returns its process id.
   *
   * @return the id
   */
  public long pid() {
    return process.pid();
  }

  /**
   * Returns a connection to it.
   *
   * @return the commands, which block
   */
  public RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /**
   * Returns how many scripts it has run: the round trips of the ledgers that are on it.
   *
   * @return the count of EVALSHA
   */
  public long scripts() {
    return calls("evalsha");
  }

  /**
   * Returns how often it has run a command.
   *
   * @param command the command's name, in lower case
   * @return the count, with the calls of scripts
   */
  public long calls(String command) {
    return commands()
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceFirst("[^=]*calls=(\\d+),.*", "$1")))
        .sum();
  }

  /**
   * Sends it a signal.
   *
   * @param signal such as STOP, after which it answers nobody, or CONT
   */
  public void signal(String signal) {
    Signals.send(process, signal);
  }

  /** Kills it; what it saved stays for the next {@link #start}. */
  public void stop() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    Processes.kill(process);
  }

  /** Kills it and deletes its directory. */
  @Override
  public void close() {
    if (client != null) {
      stop();
    }
    Directories.delete(dir);
  }
}
