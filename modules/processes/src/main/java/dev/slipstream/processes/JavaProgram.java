package dev.slipstream.processes;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that runs a main class with the class path of this one: it is sent lines, prints lines, and
 * is signalled and killed by its process id. Thread-safe.
 */
public final class JavaProgram implements AutoCloseable {
  private static final long LONGEST_WAIT_SECONDS = 60;

  private final String name;
  private final Process process;
  private final Writer commands;
  private final List<String> lines = new ArrayList<>(); // guarded by itself, as is `ended`
  private boolean ended;

  private JavaProgram(String name, Process process) {
    this.name = name;
    this.process = process;
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a JVM.
   *
   * @param name of the program, for messages
   * @param main the class that it runs
   * @param arguments of its {@code main}
   * @return the program, which prints its errors where this JVM does
   */
  public static JavaProgram start(String name, Class<?> main, Object... arguments) {
    return startIn(Map.of(), name, main, arguments);
  }

  /**
   * Starts a JVM in an environment of its own.
   *
   * @param environment variables that it has besides those of this JVM
   * @param name of the program, for messages
   * @param main the class that it runs
   * @param arguments of its {@code main}
   * @return the program, which prints its errors where this JVM does
   */
  public static JavaProgram startIn(
      Map<String, String> environment, String name, Class<?> main, Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(main),
                main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      return new JavaProgram(
          name, Processes.start(builder.redirectError(ProcessBuilder.Redirect.INHERIT)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Maven's exec:java has a class loader of its own; its JVM's class path is Maven's. */
  private static String classPath(Class<?> main) {
    if (main.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(JavaProgram::file)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static String file(URL url) {
    try {
      URI uri = url.toURI();
      return Path.of(uri).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      // it was killed
    }
    synchronized (lines) {
      ended = true;
      lines.notifyAll();
    }
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
   * Returns whether it runs.
   *
   * @return false once it has ended
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Returns its name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Sends it a line.
   *
   * @param command the line
   */
  public void send(String command) {
    try {
      commands.write(command + '\n');
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " has ended", e);
    }
  }

  /**
   * Waits for a line that begins with these words, for 60 seconds at most, and takes it out.
   *
   * @param beginning the words
   * @return what follows
   */
  public String await(String beginning) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
    synchronized (lines) {
      while (true) {
        String rest = poll(beginning);
        if (rest != null) {
          return rest;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new IllegalStateException(
              "%s %s without '%s'; its other lines: %s"
                  .formatted(name, ended ? "has ended" : "runs on", beginning, lines));
        }
        try {
          lines.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /**
   * Takes out a line that begins with these words.
   *
   * @param beginning the words
   * @return what follows; null if there is no such line
   */
  public @Nullable String poll(String beginning) {
    synchronized (lines) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        if (line.equals(beginning) || line.startsWith(beginning + ' ')) {
          each.remove();
          return line.substring(beginning.length()).trim();
        }
      }
      return null;
    }
  }

  /**
   * Sends it a signal.
   *
   * @param signal such as STOP
   */
  public void signal(String signal) {
    Signals.send(process, signal);
  }

  /** Kills it (SIGKILL) and waits for its end. */
  public void kill() {
    Processes.kill(process);
  }

  /** The same as {@link #kill}. */
  @Override
  public void close() {
    kill();
  }
}
