package dev.slipstream.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link NodeMain}; it is signalled and ended by its process id. */
final class Node implements AutoCloseable {
  private static final long LONGEST_WAIT_SECONDS = 60;

  private final String name;
  private final Process process;
  private final Writer commands;
  private final List<String> lines = new ArrayList<>();

  Node(String name, int ledgerPort, int databasePort, long leaseMillis) {
    this.name = name;
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  NodeMain.class.getName(),
                  name,
                  Integer.toString(ledgerPort),
                  Integer.toString(databasePort),
                  Long.toString(leaseMillis))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, name);
    reader.setDaemon(true);
    reader.start();
  }

  void awaitReady() {
    String ignored = await("ready");
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      // it was killed
    }
  }

  void send(String command) {
    try {
      commands.write(command + '\n');
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " has ended", e);
    }
  }

  /** Waits for a line that begins so, takes it out, and returns what follows. */
  String await(String beginning) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
    synchronized (lines) {
      while (true) {
        String rest = poll(beginning);
        if (rest != null) {
          return rest;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError(name + " did not print " + beginning + ", but " + lines);
        }
        try {
          lines.wait(left);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Takes out a line that begins so, and returns what follows; null if there is none. */
  String poll(String beginning) {
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

  /** Has it get a key for so many callers at once. */
  void get(String key, int callers) {
    send("get " + key + ' ' + callers);
  }

  /** Waits for all of its callers; returns what they got, and when the first one did. */
  Got got(String key) {
    String[] words = await("got " + key).split(" ");
    return new Got(words[0], Long.parseLong(words[1]));
  }

  record Got(String value, long nanos) {}

  void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + signal + " of " + name + " failed");
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
