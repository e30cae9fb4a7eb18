package dev.slipstream.processes;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that are installed. */
final class Programs {
  private Programs() {}

  static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Returns the first line of what a program prints of its version. */
  static String version(Path program) {
    try {
      Process process = Processes.start(new ProcessBuilder(program.toString(), "--version"));
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        return String.valueOf(output.readLine());
      } finally {
        Processes.kill(process);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
