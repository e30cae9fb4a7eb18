package dev.slipstream.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled here, and what it links to is there. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

  @Test
  void theCodeIsTheQuickStarts() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/dev/slipstream/examples/QuickStart.java"));
    String shown = source.split("// README: begin\n")[1].split("\n  // README: end")[0].strip();

    assertTrue(
        readme().contains(shown),
        "README.md does not show what QuickStart.java has between its marks");
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    for (String page : List.of("README.md", "CONTRIBUTING.md", "docs/design-decisions.md")) {
      Path file = ROOT.resolve(page);
      Matcher link = LINK.matcher(Files.readString(file));
      while (link.find()) {
        Path target = file.resolveSibling(link.group(1));
        assertTrue(Files.exists(target), page + " links to " + target + ", which is not there");
      }
    }
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }
}
