package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Javadoc, messages, comments and pages are written in the words of the JDK's documentation. These
 * words of an older style are not among them, nor are they names in the code.
 */
class WordsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> SOURCES =
      List.of(
          "lib",
          "modules",
          "examples-shared",
          "examples",
          "examples-spring",
          "examples-wire",
          "checks",
          "jmh",
          "jcstress-tests");
  private static final Pattern WORDS =
      Pattern.compile(
          "(?i)\\b(told|tells?|telling|who|whoever|whom|mend(s|ed|ing)?|patience|hears?|heard"
              + "|circles?|doors?|seat(s|ed)?|wants(?! to))\\b"
              + "|\\bfor\\s+((\\*|//|--)\\s+)?ever\\b|\\bas an operator's hand\\b");

  /** The names of an option and of a count of the ledger's. */
  private static final Pattern NAMES =
      Pattern.compile(
          "\\.patience\\b|\\bpatience\\(|Duration patience|(return|@param) patience"
              + "|\\bpatience, \"patience\"|int told|@param told|\\btold\\(\\)");

  @Test
  void theSourcesUsePlainWords() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : SOURCES) {
      for (Path file : files(ROOT.resolve(module), "\\.(java|kt|lua)")) {
        if (!file.endsWith("WordsTest.java")) { // which lists them
          found.addAll(found(ROOT.relativize(file).toString(), Files.readString(file)));
        }
      }
    }

    assertThat(found).isEmpty();
  }

  @Test
  void thePagesUsePlainWords() throws IOException {
    List<Path> pages = new ArrayList<>(files(ROOT.resolve("docs"), "\\.(md|svg)"));
    for (String name : List.of("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")) {
      pages.add(ROOT.resolve(name + ".md"));
    }
    List<String> found = new ArrayList<>();
    for (Path page : pages) {
      String text = Files.readString(page).replaceAll("<circle", ""); // of a picture
      found.addAll(found(ROOT.relativize(page).toString(), text));
    }

    assertThat(found).isEmpty();
  }

  @Test
  void anOldWordIsFoundWithItsLine() {
    assertThat(found("page", "a line\nthe caller is Told\n")).containsExactly("page:2: Told");
    assertThat(found("page", "waits for\n * ever")).containsExactly("page:1: for ever");
    assertThat(found("page", "// waits for\n    // ever")).containsExactly("page:1: for ever");
    assertThat(found("page", "a reader that is forever indoors")).isEmpty();
  }

  private static List<String> found(String file, String whole) {
    List<String> found = new ArrayList<>();
    String text = NAMES.matcher(whole).replaceAll("");
    Matcher word = WORDS.matcher(text);
    while (word.find()) {
      long line = text.substring(0, word.start()).lines().count();
      long first = word.start() == 0 || text.charAt(word.start() - 1) == '\n' ? line + 1 : line;
      found.add(file + ":" + first + ": " + word.group().replaceAll("\\s+((\\*|//|--)\\s+)?", " "));
    }
    return found;
  }

  private static List<Path> files(Path root, String ending) throws IOException {
    Pattern name = Pattern.compile("(?!.*/target/).*" + ending);
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> name.matcher(file.toString()).matches()).sorted().toList();
    }
  }
}
