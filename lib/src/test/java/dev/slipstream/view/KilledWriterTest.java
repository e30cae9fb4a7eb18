package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.internal.TempFile;
import dev.slipstream.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed harms no file, and leaves nothing behind for long. */
class KilledWriterTest {
  private @TempDir Path directory;

  @Test
  void theOldFileIsWholeAndTheNextWriteCleansUp() throws Exception {
    Path file = directory.resolve("view");
    CacheView<String, String> old = Samples.view(3);
    ViewFile.write(file, old, Samples.STRINGS);
    Path temporary;

    try (ChildJvm child = ChildJvm.start(StallingWriter.class, List.of(), file)) {
      child.prints("stalled");
      temporary = other(file);
      assertThat(Files.size(temporary)).as("it was mid-write").isGreaterThan(300_000);

      ViewFile.write(file, old, Samples.STRINGS);
      assertThat(temporary).as("a writer that lives is left alone").exists();
      child.kill();
    }

    assertThat(ViewFile.read(file, Samples.STRINGS)).isEqualTo(old);
    assertThat(other(file)).as("what it left").isEqualTo(temporary);
    CacheView<String, String> next = Samples.view(4);
    ViewFile.write(file, next, Samples.STRINGS);
    assertThat(ViewFile.read(file, Samples.STRINGS)).isEqualTo(next);
    Samples.assertAlone(file);
  }

  @Test
  void aTemporaryFileIsLeftAloneByItsOwnProcessAndByOthers() throws Exception {
    Path file = directory.resolve("view");
    TempFile living = TempFile.beside(file);
    ViewFile.write(file, Samples.view(1), Samples.STRINGS);
    try (ChildJvm child = ChildJvm.start(OneWrite.class, List.of(), file)) {
      child.prints("written");
    }

    assertThat(other(file)).exists();

    living.close();
    Samples.assertAlone(file);
  }

  private Path other(Path file) throws Exception {
    List<Path> files = Samples.filesIn(directory);
    assertThat(files).hasSize(2).contains(file);
    Path other = files.get(0).equals(file) ? files.get(1) : files.get(0);
    assertThat(other.getFileName().toString()).startsWith(".view.").endsWith(".slipstream-tmp");
    return other;
  }
}
