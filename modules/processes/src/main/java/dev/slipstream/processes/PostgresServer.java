package dev.slipstream.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of a program's own, with an empty database, on a free port of the loopback.
 * It is ended by its process id, at the latest when this JVM ends, and leaves nothing behind.
 *
 * <p>The server refuses to run as root: started by root, it runs as {@code postgres} or {@code
 * nobody}.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final long LONGEST_START_SECONDS = 30;
  private static final long LONGEST_END_SECONDS = 10;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final int LINE_OF_STATUS = 8;

  private final Path programs;
  private final Path directory = Directories.temporary("postgresql");
  private final Path log = directory.resolve("log");
  private final Path data = directory.resolve("data");
  private final String password = UUID.randomUUID().toString();
  private final int port = freePort();
  private final Thread hook = new Thread(this::end, "postgresql");
  private final List<String> asUser;

  // Guarded by this.
  private Process process;
  private boolean ended;

  private PostgresServer(Path programs) {
    this.programs = programs;
    try {
      Runtime.getRuntime().addShutdownHook(hook); // fails if this JVM is ending
      asUser = giveToUser(directory);
      createDatabase();
      startServer();
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server, which takes a few seconds.
   *
   * @param programs the directory of {@code initdb} and {@code postgres}
   * @return the server
   */
  public static PostgresServer start(Path programs) {
    return new PostgresServer(programs);
  }

  /**
   * Returns the directory of the server's programs: the first one on the {@code PATH}, else that of
   * the newest version which Debian's packages have installed.
   *
   * @return the directory, if a server is installed
   */
  public static Optional<Path> installed() {
    return Programs.onPath("initdb")
        .map(Path::getParent)
        .filter(PostgresServer::isIn)
        .or(PostgresServer::installedByDebian);
  }

  /**
   * Returns whether the server's programs are in a directory.
   *
   * @param directory the directory
   * @return true if both are
   */
  public static boolean isIn(Path directory) {
    return Stream.of("initdb", "postgres").map(directory::resolve).allMatch(Files::isExecutable);
  }

  private static Optional<Path> installedByDebian() {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .filter(version -> version.getFileName().toString().matches("\\d+"))
          .sorted(Comparator.comparing(PostgresServer::number).reversed())
          .map(version -> version.resolve("bin"))
          .filter(PostgresServer::isIn)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(Path version) {
    return Integer.parseInt(version.getFileName().toString());
  }

  /** Returns how a command begins that runs as the owner of the directory, not as root. */
  private static List<String> giveToUser(Path directory) throws IOException {
    if ((int) Files.getAttribute(directory, "unix:uid") != 0) {
      return List.of();
    }
    UserPrincipal user = user("postgres", "nobody");
    Files.setOwner(directory, user);
    String group = output("id", "-g", user.getName());
    return List.of(
        "setpriv", "--reuid=" + user.getName(), "--regid=" + group, "--clear-groups", "--");
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader()) {
      return String.valueOf(lines.readLine());
    }
  }

  private static UserPrincipal user(String... names) throws IOException {
    UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
    for (String name : names) {
      try {
        return users.lookupPrincipalByName(name);
      } catch (UserPrincipalNotFoundException e) {
        // the next one
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and there is none of the users "
            + Arrays.toString(names));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void createDatabase() throws IOException {
    Path secret = Files.writeString(directory.resolve("password"), password);
    Files.setOwner(secret, Files.getOwner(directory));
    String[] options = {
      "--pgdata=" + data,
      "--username=" + user(),
      "--pwfile=" + secret,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync"
    };
    run("initdb", options);
    int status = process.onExit().join().exitValue();
    if (status != 0) {
      throw new IllegalStateException(
          "initdb has ended with %d: %s".formatted(status, lastLine(log)));
    }
    Files.delete(secret);
  }

  private void startServer() throws IOException {
    run(
        "postgres",
        "-D",
        data.toString(),
        "-p",
        Integer.toString(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "fsync=off");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS);
    while (!isReady()) {
      if (!isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "postgres does not get ready on port %d: %s".formatted(port, lastLine(log)));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Starts a program, unless the server has been ended. */
  private synchronized void run(String program, String... options) throws IOException {
    if (ended) {
      throw new IllegalStateException("this PostgreSQL server has been ended");
    }
    List<String> command = new ArrayList<>(asUser);
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .start();
  }

  private synchronized boolean isAlive() {
    return process.isAlive();
  }

  private boolean isReady() throws IOException {
    Path file = data.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return false;
    }
    List<String> lines = Files.readAllLines(file);
    return lines.size() >= LINE_OF_STATUS && lines.get(LINE_OF_STATUS - 1).startsWith("ready");
  }

  private static String lastLine(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> !line.isBlank()).reduce((first, second) -> second).orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns its port on the loopback.
   *
   * @return the port
   */
  public int port() {
    return port;
  }

  /**
   * Returns its one user, a superuser; its database has the same name.
   *
   * @return the name
   */
  public String user() {
    return "postgres";
  }

  /**
   * Returns the password of its user.
   *
   * @return the password, another one for each server
   */
  public String password() {
    return password;
  }

  /**
   * Returns its process id.
   *
   * @return the id
   */
  public synchronized long pid() {
    return process.pid();
  }

  /**
   * Returns where its files are.
   *
   * @return the directory, which is deleted with it
   */
  public Path directory() {
    return directory;
  }

  /** Ends it, with what it is running, and deletes its files. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // this JVM is ending, and the hook does nothing more
    }
  }

  /** Not by a mere kill, which would leave a segment of shared memory behind. */
  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (process != null) {
      quit();
      process.destroyForcibly().onExit().join();
    }
    Directories.delete(directory);
  }

  private void quit() {
    try {
      Signals.send(process, "QUIT");
      process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (IllegalStateException e) {
      // it has ended: Ctrl-C reaches it as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
