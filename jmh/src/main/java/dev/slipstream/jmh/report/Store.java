package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run has measured so far: a file a step, which is there only once the step has ended. A
 * line of it is a benchmark's name, a metric, and its values, parted by tabs.
 */
final class Store {
  private final Path root;

  Store(Path root) {
    this.root = root;
  }

  Path settings() {
    return root.resolve("settings.properties");
  }

  Path log(Jdk jdk, int round, Step step) {
    return file(jdk, round, step.name() + ".log");
  }

  boolean has(Jdk jdk, int round, Step step) {
    return Files.exists(results(jdk, round, step));
  }

  void put(Jdk jdk, int round, Step step, List<String> lines) throws IOException {
    Path file = results(jdk, round, step);
    Path unfinished = file.resolveSibling(step.name() + ".unfinished");
    Files.write(unfinished, lines);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the lines of all steps of that round. */
  List<String> lines(Jdk jdk, int round) throws IOException {
    Path directory = directory(jdk, round);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> results = files.filter(file -> file.toString().endsWith(".tsv")).sorted().toList();
      List<String> lines = new ArrayList<>();
      for (Path file : results) {
        lines.addAll(Files.readAllLines(file));
      }
      return lines;
    }
  }

  void prepare(Jdk jdk, int round) throws IOException {
    Files.createDirectories(directory(jdk, round));
  }

  void clear() throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(root);
  }

  private Path results(Jdk jdk, int round, Step step) {
    return file(jdk, round, step.name() + ".tsv");
  }

  private Path file(Jdk jdk, int round, String name) {
    return directory(jdk, round).resolve(name);
  }

  private Path directory(Jdk jdk, int round) {
    return root.resolve("jdk-" + jdk.version()).resolve("round-" + round);
  }
}
