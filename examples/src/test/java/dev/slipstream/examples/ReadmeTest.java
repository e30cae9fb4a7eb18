package dev.slipstream.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows is what is compiled here, and what it links to is there. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart/QuickStart",
        "liveview/EventTally",
        "liveview/LiveWatch",
        "warmstart/WarmService"
      })
  void theCodeIsTheExamples(String example) throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/dev/slipstream/examples/" + example + ".java"));
    String shown = source.split("// README: begin\n")[1].split("// README: end")[0];

    assertTrue(
        flushLeft(readme()).contains(flushLeft(shown)),
        "README.md does not show what " + example + ".java has between its marks");
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

  private static String flushLeft(String text) {
    return text.replaceAll("(?m)^ +", "").strip();
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }
}
