package dev.slipstream.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.checks.Modules.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A change of what the modules export is seen: it changes a file of {@code checks/api}. */
class ApiTest {
  private static final Path LISTINGS = Path.of("api");
  private static final Pattern NAME = Pattern.compile(".*?(dev\\.[\\w.$]+).*");
  private static final String COMMAND = "mvn -P update-api -pl checks -am test -DskipTests";

  @BeforeAll
  static void update() throws IOException {
    if (Boolean.getBoolean("slipstream.update-api")) {
      for (Path file : listings()) {
        Files.delete(file);
      }
      for (Module module : Modules.released()) {
        Files.writeString(listing(module), ApiListing.of(module));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyModuleExportsWhatItsListingSays() {
    return Modules.released().stream()
        .map(module -> DynamicTest.dynamicTest(module.artifact(), () -> checkListing(module)));
  }

  private static void checkListing(Module module) throws IOException {
    Path listing = listing(module);
    String listed = Files.exists(listing) ? Files.readString(listing) : "";
    assertThat(changes(listed, ApiListing.of(module)))
        .as(
            "what %s exports, beside checks/%s. If it is to change, run%n  %s%nand commit the file",
            module.artifact(), listing, COMMAND)
        .isEmpty();
  }

  /** The lines that were removed and added, each with its class. */
  private static List<String> changes(String listed, String exported) {
    Set<String> before = withTheirClasses(listed);
    Set<String> after = withTheirClasses(exported);
    Stream<String> removed = before.stream().filter(line -> !after.contains(line));
    Stream<String> added = after.stream().filter(line -> !before.contains(line));
    return Stream.concat(removed.map(line -> "- " + line), added.map(line -> "+ " + line)).toList();
  }

  private static Set<String> withTheirClasses(String listing) {
    Set<String> lines = new LinkedHashSet<>();
    String header = "";
    for (String line : listing.lines().filter(text -> !text.isEmpty()).toList()) {
      header = line.startsWith(" ") ? header : line;
      lines.add(line.equals(header) ? line : NAME.matcher(header).replaceAll("$1:") + line);
    }
    return lines;
  }

  @Test
  void aChangeIsShownWithItsClass() {
    String before = "final class dev.A implements B\n  int x()\n  int y()\n";
    String after = "final class dev.A implements B\n  int y()\n\nclass dev.B\n";

    assertThat(changes(before, after)).containsExactly("- dev.A:  int x()", "+ class dev.B");
  }

  @Test
  void everyListingHasItsModule() throws IOException {
    assertThat(listings())
        .containsExactlyInAnyOrderElementsOf(
            Modules.released().stream().map(ApiTest::listing).toList());
  }

  private static Path listing(Module module) {
    return LISTINGS.resolve(module.descriptor().name() + ".txt");
  }

  private static List<Path> listings() throws IOException {
    try (Stream<Path> files = Files.list(LISTINGS)) {
      return files.toList();
    }
  }

  @Test
  void theListingHasMembersWithTheirNullness() {
    assertThat(ApiListing.of(Listed.class))
        .isEqualTo(
            """
            protected abstract static class dev.slipstream.checks.ApiTest$Listed<T extends Comparable<T>> \
            implements AutoCloseable
              protected new(int[])
              public static final String NAME
              public abstract void close() throws java.io.IOException
              protected <U> @Nullable U find(java.util.List<? super U>, @Nullable T)
              public void inherited(int)
            """);
  }

  @Test
  void theListingHasTheConstructorOfARecord() {
    assertThat(ApiListing.of(Pair.class))
        .contains("  public new(java.util.List<? extends T>, @Nullable T)\n");
  }

  public record Pair<T>(List<? extends T> list, @Nullable T value) {
    public Pair {
      list = List.copyOf(list);
    }
  }

  protected abstract static class Listed<T extends Comparable<T>> extends Hidden
      implements AutoCloseable {
    public static final String NAME = "name";

    protected Listed(int... numbers) {}

    Listed() {}

    @Override
    public abstract void close() throws IOException;

    protected <U> @Nullable U find(List<? super U> list, @Nullable T value) {
      return null;
    }

    void ofThePackage() {}
  }

  abstract static class Hidden {
    public void inherited(int number) {}
  }
}
