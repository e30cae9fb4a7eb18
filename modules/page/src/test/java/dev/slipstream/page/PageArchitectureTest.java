package dev.slipstream.page;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page needs the JDK and the library's exported packages, and nothing else. */
class PageArchitectureTest {
  private static final int MOST_LINES = 450;
  private static final ArchRule NEEDS_THE_JDK_ONLY =
      classes()
          .that()
          .resideInAPackage("dev.slipstream.page")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipstream",
              "dev.slipstream.page",
              "java..",
              "com.sun.net.httpserver",
              "org.jspecify.annotations");

  @Test
  void itNeedsTheJdkAndTheLibraryOnly() {
    JavaClasses page =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.slipstream.page");

    NEEDS_THE_JDK_ONLY.check(page);
    assertThat(NEEDS_THE_JDK_ONLY.evaluate(test()).hasViolation()).isTrue();
  }

  private static JavaClasses test() {
    return new ClassFileImporter().importClasses(PageArchitectureTest.class);
  }

  @Test
  void itsModuleReadsTheJdkAndTheLibraryOnly() throws IOException {
    Path file = Path.of("target/classes/module-info.class");
    ModuleDescriptor module;
    try (var in = Files.newInputStream(file)) {
      module = ModuleDescriptor.read(in);
    }

    assertThat(module.requires())
        .extracting(Requires::name)
        .containsExactlyInAnyOrder("java.base", "dev.slipstream", "jdk.httpserver");
    assertThat(module.exports())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactly("dev.slipstream.page");
  }

  @Test
  void everyFileIsShort() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readAllLines(file))
            .as(file.toString())
            .hasSizeLessThanOrEqualTo(MOST_LINES);
      }
    }
  }
}
