package dev.slipstream.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipstream.checks.Modules.Module;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The list of components that a release is made of, which the profile {@code release} writes. */
class ComponentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  @Tag("release")
  void everyComponentHasALicence() throws IOException {
    JsonNode bom = JSON.readTree(Modules.ROOT.resolve("target/bom.json").toFile());

    assertThat(bom.at("/metadata/component/licenses")).isNotEmpty();
    assertThat(bom.get("components"))
        .extracting(component -> component.get("name").asText())
        .containsAll(Modules.released().stream().map(Module::artifact).toList())
        .doesNotContain("slipstream-processes", "junit-jupiter");
    assertThat(withoutLicence(bom)).isEmpty();
  }

  @Test
  void aComponentWithoutALicenceIsFound() throws IOException {
    JsonNode bom =
        JSON.readTree(
            """
            {"components": [
              {"purl": "a", "licenses": [{"license": {"id": "Apache-2.0"}}]},
              {"purl": "b", "licenses": []},
              {"purl": "c"}]}
            """);

    assertThat(withoutLicence(bom)).containsExactly("b", "c");
  }

  private static List<String> withoutLicence(JsonNode bom) {
    return StreamSupport.stream(bom.get("components").spliterator(), false)
        .filter(component -> component.path("licenses").isEmpty())
        .map(component -> component.get("purl").asText())
        .toList();
  }
}
