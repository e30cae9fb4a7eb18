package dev.slipstream.redis;

import io.lettuce.core.RedisClient;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/** A server of a test's own, on a free port of the loopback, ended by its process id. */
final class RedisServer implements AutoCloseable {
  private static final Path BINARIES = temporaryDir();

  /** Ended with this JVM, if a test has not done so. */
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  private final Path binary;

  /** Its working directory, of its own: a replica leaves a dump that the next server would load. */
  private final Path dir = temporaryDir();

  private final int port;
  private final List<String> options;
  private Process process;
  private RedisClient client;
  private StatefulRedisConnection<String, String> connection;

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  RUNNING.forEach(Process::destroyForcibly);
                  delete(BINARIES);
                }));
  }

  private RedisServer(Path binary, List<String> options) {
    this.binary = binary;
    this.options = options;
    this.port = freePort();
    start();
  }

  /** Starts the server that comes with the tests. */
  static RedisServer embedded(String... options) {
    return new RedisServer(embeddedBinary(), List.of(options));
  }

  static RedisServer of(Path binary, String... options) {
    return new RedisServer(binary, List.of(options));
  }

  /** Returns a server that is installed, if there is one of that name. */
  static Optional<Path> installed(String name) {
    return Stream.of("/usr/bin", "/usr/local/bin")
        .map(dir -> Path.of(dir, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path temporaryDir() {
    try {
      return Files.createTempDirectory("redis-server");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path embeddedBinary() {
    try {
      return ExecutableProvider.newJarResourceProvider(BINARIES.toFile()).get().toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a port that leaves room for the one of a cluster's bus, which is 10,000 higher. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort() < 55_000 ? socket.getLocalPort() : freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
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
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RUNNING.add(process);
    client = RedisClient.create(uri());
    Awaitility.await()
        .ignoreExceptions()
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              connection = client.connect();
              return "PONG".equals(connection.sync().ping());
            });
  }

  RedisURI uri() {
    return RedisURI.create("127.0.0.1", port);
  }

  int port() {
    return port;
  }

  RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /** Stops the process so that it answers nobody, or has it go on. */
  void signal(String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("kill failed");
    }
  }

  void stop() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    process.destroyForcibly();
    RUNNING.remove(process);
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
    delete(dir);
  }

  private static void delete(Path dir) {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
