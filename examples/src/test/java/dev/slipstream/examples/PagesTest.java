package dev.slipstream.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The README, the pages of {@code docs} and the Javadoc show code that is compiled and run, and
 * link to what is there.
 *
 * <p>Each paragraph of a {@code java} or {@code kotlin} block, or of a Javadoc example, is found in
 * the sources of the examples or of the tests, all paragraphs of a block in one file. How it is
 * broken into lines does not matter.
 */
class PagesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> SOURCES =
      List.of(
          "examples/src",
          "examples-spring/src",
          "examples-wire/src",
          "lib/src/test/java",
          "modules",
          "checks/src");
  private static final List<String> LIBRARY = List.of("lib/src/main/java", "modules");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:java|kotlin)\n(.*?)^```$");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)<pre>\\{@code\n(.*?)\\*\\s*\\}</pre>");
  private static final Pattern DOC_FILE = Pattern.compile("\\{@docRoot\\}/doc-files/([^\"]*)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  /** Other sites, and the pictures that a run of the benchmarks draws. */
  private static final Pattern NOT_CHECKED = Pattern.compile("[a-z]+:.*|images/performance/.*");

  private static final Pattern PUBLIC = Pattern.compile("(?m)^public ");
  private static final int MOST_README_LINES = 120;

  @Test
  void everySnippetIsCompiled() throws IOException {
    List<String> sources = sources();
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        assertTrue(
            isIn(sources, block.group(1)),
            ROOT.relativize(page) + " shows code that no source has:\n" + block.group(1));
      }
    }
  }

  @Test
  void everyJavadocExampleIsCompiled() throws IOException {
    List<String> sources = sources();
    for (Path file : library()) {
      for (String example : examples(Files.readString(file))) {
        assertTrue(
            isIn(sources, example),
            ROOT.relativize(file) + " shows code that no source has:\n" + example);
      }
    }
  }

  @Test
  void aSnippetThatIsNotCompiledIsFound() throws IOException {
    String call = "cache.get" + "OrFetch(42, this::" + "noSuchLoader);\n";
    String javadoc = "/**\n * It goes so:\n *\n * <pre>{@code\n * " + call + " * }</pre>\n */\n";

    assertFalse(isIn(sources(), call));
    assertEquals(List.of(call), examples(javadoc));
  }

  @Test
  void everyPackagePageHasAnExample() throws IOException {
    for (Path file : library()) {
      String text = Files.readString(file);
      boolean internal = file.getParent().endsWith("internal");
      if (file.endsWith("package-info.java") && !internal) {
        assertFalse(examples(text).isEmpty(), ROOT.relativize(file) + " has no example");
      }
    }
  }

  @Test
  void theJavadocLinksPagesThatAreThere() throws IOException {
    for (Path file : library()) {
      Matcher link = DOC_FILE.matcher(Files.readString(file));
      while (link.find()) {
        assertTrue(
            Files.exists(ROOT.resolve("docs").resolve(link.group(1))),
            ROOT.relativize(file) + " links " + link.group(1) + ": not there");
      }
    }
  }

  @Test
  void everyLinkLeadsToAFileAndItsHeading() throws IOException {
    for (Path page : pages()) {
      String text = Files.readString(page);
      Matcher link = LINK.matcher(BLOCK.matcher(text).replaceAll(""));
      while (link.find()) {
        if (!NOT_CHECKED.matcher(link.group(1)).matches()) {
          followLink(page, link.group(1), link.group(2));
        }
      }
    }
  }

  private static void followLink(Path page, String file, String heading) throws IOException {
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    assertTrue(Files.exists(target), ROOT.relativize(page) + " links to " + target + ": not there");
    if (heading != null) {
      assertTrue(
          anchors(target).contains(heading),
          ROOT.relativize(page) + " links to #" + heading + " of " + target + ": not there");
    }
  }

  @Test
  void theReadmeLeadsToEveryPage() throws IOException {
    Set<Path> reached = new TreeSet<>();
    Deque<Path> toRead = new ArrayDeque<>(List.of(ROOT.resolve("README.md")));
    while (!toRead.isEmpty()) {
      Path page = toRead.remove();
      if (page.toString().endsWith(".md") && reached.add(page)) {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
          toRead.add(page.resolveSibling(link.group(1)).normalize());
        }
      }
    }

    Set<Path> unreached = new TreeSet<>(pages());
    unreached.removeAll(reached);
    assertEquals(Set.of(), unreached);
  }

  @Test
  void theArchitecturePageNamesEveryClassOfTheEngine() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/architecture.md"));
    Path root = ROOT.resolve("lib/src/main/java/dev/slipstream");
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        boolean hidden = !PUBLIC.matcher(Files.readString(file)).find();
        assertTrue(
            !hidden || name.equals("package-info") || page.contains("`" + name + "`"),
            "docs/architecture.md has no place for " + name);
      }
    }
  }

  @Test
  void theReadmeIsShort() throws IOException {
    long lines = Files.readString(ROOT.resolve("README.md")).lines().count();

    assertTrue(lines <= MOST_README_LINES, "README.md has " + lines + " lines");
  }

  private static boolean isIn(List<String> sources, String block) {
    List<String> paragraphs =
        Stream.of(block.split("\n\\s*\n")).map(PagesTest::onOneLine).collect(Collectors.toList());
    return sources.stream().anyMatch(source -> paragraphs.stream().allMatch(source::contains));
  }

  /** Breaks no line, not even before a dot or after a parenthesis. */
  private static String onOneLine(String text) {
    return text.replaceAll("\\s+", " ").replace(" .", ".").replace("( ", "(").strip();
  }

  /** Returns the examples in a source's Javadoc, without the stars that its lines begin with. */
  private static List<String> examples(String source) {
    List<String> examples = new ArrayList<>();
    Matcher example = EXAMPLE.matcher(source);
    while (example.find()) {
      examples.add(example.group(1).replaceAll("(?m)^ *\\* ?", "").stripTrailing() + "\n");
    }
    return examples;
  }

  private static List<Path> library() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String root : LIBRARY) {
      for (Path file : files(ROOT.resolve(root), ".java")) {
        if (file.toString().contains("src/main/java")) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    List<Path> library = library(); // its Javadoc is what is to be found elsewhere
    for (String root : SOURCES) {
      for (Path file : files(ROOT.resolve(root), ".java")) {
        if (!library.contains(file)) {
          sources.add(onOneLine(Files.readString(file)));
        }
      }
      for (Path file : files(ROOT.resolve(root), ".kt")) {
        if (file.toString().contains("src/test/kotlin")) {
          sources.add(onOneLine(Files.readString(file)));
        }
      }
    }
    return sources;
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private static List<Path> files(Path root, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  /** Returns the anchors that GitHub gives to a page's headings. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new TreeSet<>();
    Matcher heading = HEADING.matcher(Files.readString(page));
    while (heading.find()) {
      anchors.add(
          heading
              .group(1)
              .toLowerCase(java.util.Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-'));
    }
    return anchors;
  }
}
