package dev.slipstream.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.checks.Modules.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a release must have besides its jars. */
class ReleaseTest {
  private static final String VERSION = System.getProperty("slipstream.version");

  @Test
  void theChangelogHasAHeadingForTheVersion() throws IOException {
    String changelog = Files.readString(Modules.ROOT.resolve("CHANGELOG.md"));

    assertThat(changelog).containsPattern(headingOf(VERSION));
    assertThat(changelog).doesNotContainPattern(headingOf("0.0.1"));
  }

  /** A released version has its date; what is not released yet has not. */
  private static Pattern headingOf(String version) {
    return version.endsWith("-SNAPSHOT")
        ? Pattern.compile("(?m)^## \\[Unreleased]: " + Pattern.quote(version) + "$")
        : Pattern.compile("(?m)^## \\[" + Pattern.quote(version) + "] - \\d{4}-\\d\\d-\\d\\d$");
  }

  @Test
  void theBillOfMaterialsHasEveryReleasedJar() {
    assertThat(
            Modules.texts(
                Modules.ROOT.resolve("bom/pom.xml"),
                "/project/dependencyManagement/dependencies/dependency/artifactId"))
        .containsExactlyInAnyOrderElementsOf(
            Modules.released().stream().map(Module::artifact).toList());
  }

  @Test
  void testsBenchmarksAndExamplesAreNotReleased() {
    assertThat(Modules.all())
        .filteredOn(module -> !module.isReleased())
        .extracting(Module::artifact)
        .containsExactlyInAnyOrder(
            "slipstream-charts",
            "slipstream-checks",
            "slipstream-examples",
            "slipstream-examples-shared",
            "slipstream-examples-spring",
            "slipstream-examples-wire",
            "slipstream-fray-tests",
            "slipstream-jcstress-tests",
            "slipstream-jmh",
            "slipstream-processes",
            "slipstream-testing");
  }

  /** A jar of tests that a module makes is attached to it, and so would be published with it. */
  @Test
  void noModuleThatIsReleasedMakesAJarOfItsTests() {
    assertThat(makers("test-jar")).isEmpty();
    assertThat(makers("check")).contains("slipstream-parent"); // the goal of the format
  }

  /** Returns the modules that are released, and their parent, whose poms run a plugin's goal. */
  private static List<String> makers(String goal) {
    return Stream.concat(Stream.of(new Module(Modules.ROOT)), Modules.all().stream())
        .filter(Module::isReleased)
        .filter(module -> Modules.texts(module.pom(), "//execution/goals/goal").contains(goal))
        .map(Module::artifact)
        .toList();
  }

  @Test
  void whatIsReleasedSaysWhatItIs() {
    for (Module module : Modules.all()) {
      if (module.isReleased()) {
        assertThat(Modules.texts(module.pom(), "/project/name")).as(module.artifact()).hasSize(1);
        assertThat(Modules.texts(module.pom(), "/project/description"))
            .as(module.artifact())
            .hasSize(1);
      }
    }
  }
}
