package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** An installed JDK, known by the {@code release} file in its home. */
record Jdk(Path home, String version, String vendor) {
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  static Jdk of(Path home) throws IOException {
    Properties release = new Properties();
    try (var reader = Files.newBufferedReader(home.resolve("release"))) {
      release.load(reader);
    }
    return new Jdk(
        home.toRealPath(), unquoted(release, "JAVA_VERSION"), unquoted(release, "IMPLEMENTOR"));
  }

  private static String unquoted(Properties release, String key) {
    return release.getProperty(key, "").replace("\"", "");
  }

  int feature() {
    return Integer.parseInt(version.replaceFirst("[^0-9].*", ""));
  }

  Path java() {
    return home.resolve("bin/java");
  }

  String title() {
    return "JDK %s (%s)".formatted(version, vendor);
  }

  /** Returns JDK 17 and the newest one that are installed, the newest first; at least one. */
  static List<Jdk> find() throws IOException {
    List<Jdk> found = new ArrayList<>();
    for (Path home : homes()) {
      if (Files.isRegularFile(home.resolve("release"))
          && Files.isExecutable(home.resolve("bin/java"))) {
        found.add(of(home));
      }
    }
    found.sort(Comparator.comparing(Jdk::feature).reversed());
    Jdk newest = found.get(0);
    return found.stream()
        .filter(jdk -> jdk.equals(newest) || jdk.feature() == 17 && newest.feature() > 17)
        .distinct()
        .limit(2)
        .toList();
  }

  private static Set<Path> homes() throws IOException {
    Set<Path> homes = new LinkedHashSet<>();
    homes.add(Path.of(System.getProperty("java.home")));
    if (Files.isDirectory(INSTALLED)) {
      try (DirectoryStream<Path> installed = Files.newDirectoryStream(INSTALLED)) {
        for (Path home : installed) {
          homes.add(home.toRealPath());
        }
      }
    }
    return homes;
  }
}
