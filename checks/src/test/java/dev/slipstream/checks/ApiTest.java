package dev.slipstream.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.checks.Modules.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A change of what the modules export is seen: it changes a file of {@code checks/api}. */
class ApiTest {
  private static final Path LISTINGS = Path.of("api");
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
    assertThat(ApiListing.of(module).lines())
        .as(
            "what %s exports, beside checks/%s. If it is to change, run%n  %s%nand commit the file",
            module.artifact(), listing, COMMAND)
        .containsExactlyElementsOf(Files.exists(listing) ? Files.readAllLines(listing) : List.of());
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
