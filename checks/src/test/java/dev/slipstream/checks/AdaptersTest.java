package dev.slipstream.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.slipstream.checks.Modules.Module;
import org.junit.jupiter.api.Test;

/** Adapters are made with what any application can use. */
class AdaptersTest {
  private static final ArchRule USES_EXPORTED_PACKAGES_ONLY =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideOutsideOfPackage("dev.slipstream..").or(resideInAnyPackage(exported())));

  @Test
  void adaptersUseExportedPackagesOnly() {
    assertThat(Modules.adapters()).hasSizeGreaterThan(8);
    Modules.adapters().forEach(adapter -> USES_EXPORTED_PACKAGES_ONLY.check(classesOf(adapter)));
  }

  @Test
  void aUseOfAnInternalPackageIsFound() {
    JavaClasses library = classesOf(Modules.library()); // whose root uses it

    assertThat(USES_EXPORTED_PACKAGES_ONLY.evaluate(library).hasViolation()).isTrue();
  }

  private static JavaClasses classesOf(Module module) {
    JavaClasses classes = new ClassFileImporter().importPath(module.classes());
    assertThat(classes).as(module.artifact()).isNotEmpty();
    return classes;
  }

  /** What the library and the adapters export, to all modules. */
  private static String[] exported() {
    return Modules.released().stream()
        .flatMap(module -> module.exports().stream())
        .toArray(String[]::new);
  }
}
