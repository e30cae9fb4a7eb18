package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  @TempDir Path directory;

  @Test
  void aPartIsReplacedAndTheRestStays() throws IOException {
    Path file = directory.resolve("page.md");
    Files.writeString(file, "before\n<!-- measured: a -->\nold\n<!-- end -->\nafter\n");

    Page page = new Page(file);
    page.replace("a", "new");
    page.write();

    assertEquals(
        "before\n<!-- measured: a -->\n\nnew\n\n<!-- end -->\nafter\n", Files.readString(file));
  }

  @Test
  void aPageWithoutThePartIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("page.md"), "nothing\n");

    assertThrows(IllegalStateException.class, () -> new Page(file).replace("a", "new"));
  }

  @Test
  void thePageAboutPerformanceHasEachPart() throws IOException {
    Page page = new Page(Path.of("..", "docs", "performance.md"));

    for (String part : Documentation.PARTS) {
      page.replace(part, "");
    }
  }
}
