package dev.slipstream.testing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.collect.Lists;
import dev.slipstream.view.ViewFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** A JVM of its own, which a test may kill. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a main class with options of the JVM. */
  public static ChildJvm start(Class<?> main, List<String> options, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(
        Stream.of(ChildJvm.class, ViewFile.class, Logger.class, Lists.class, Caffeine.class)
            .map(ChildJvm::location)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(main.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Waits until it prints this line; returns the lines before it. */
  public List<String> prints(String expected) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); !expected.equals(line); line = output.readLine()) {
      if (line == null) {
        throw new AssertionError("the process ended without " + expected + ": " + lines);
      }
      lines.add(line);
    }
    return lines;
  }

  /** Kills it and waits until it has ended. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not end");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
