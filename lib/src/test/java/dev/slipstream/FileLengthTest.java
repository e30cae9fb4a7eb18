package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A file is small: one idea each. The Javadoc of two makes them longer. */
class FileLengthTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long LONGEST = 450;
  private static final Set<String> LONGER =
      Set.of("CoalescingCache.java", "CoalescingCacheBuilder.java");

  @Test
  void noFileIsLong() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(ROOT)) {
      files =
          all.filter(file -> file.toString().endsWith(".java") || file.toString().endsWith(".kt"))
              .filter(file -> !ROOT.relativize(file).toString().contains("target"))
              .toList();
    }
    assertThat(files).hasSizeGreaterThan(500);
    assertThat(files).filteredOn(FileLengthTest::isLong).isEmpty();
  }

  private static boolean isLong(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count() > LONGEST && !LONGER.contains(String.valueOf(file.getFileName()));
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }
}
