package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
  @TempDir Path directory;

  @BeforeAll
  static void needNoScreen() {
    System.setProperty("java.awt.headless", "true");
  }

  @Test
  void aPictureHasItsValuesAndNoBackground() throws IOException {
    List<String> lines =
        List.of("MissBenchmark.slipstream keys=16384 threads=1\ttime\t1234\t1234\t1234");

    new Pictures(Results.of(List.of(lines)), directory).draw();

    String miss = Files.readString(directory.resolve("miss.svg"));
    assertTrue(miss.contains(">1,234<"), miss);
    assertTrue(!miss.contains("fill:white"), miss);
  }
}
