package dev.slipstream.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What editors know of the properties, and what the pages say of them. */
class MetadataTest {
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  private static Map<String, JsonNode> described() throws IOException {
    Map<String, JsonNode> properties = new TreeMap<>();
    ClassLoader loader = SlipstreamCacheProperties.class.getClassLoader();
    for (var url : Collections.list(loader.getResources(METADATA))) {
      try (InputStream json = url.openStream()) {
        for (JsonNode property : new ObjectMapper().readTree(json).get("properties")) {
          String name = property.get("name").textValue();
          if (name.contains("slipstream")) {
            properties.put(name, property);
          }
        }
      }
    }
    return properties;
  }

  private static Stream<String> names(String prefix, Class<? extends Record> properties) {
    return Arrays.stream(properties.getRecordComponents())
        .map(component -> component.getName().replaceAll("([A-Z])", "-$1"))
        .map(name -> prefix + name.toLowerCase(Locale.ROOT));
  }

  private static String[] all() {
    return Stream.concat(
            names("slipstream.cache.", SlipstreamCacheProperties.class),
            names("management.endpoint.slipstream.", SlipstreamEndpointProperties.class))
        .toArray(String[]::new);
  }

  @Test
  void everyPropertyIsDescribed() throws IOException {
    Map<String, JsonNode> described = described();

    assertThat(described).containsKeys(all());
    for (String property : all()) {
      assertThat(described.get(property).path("description").asText()).as(property).isNotBlank();
    }
    assertThat(described.get("slipstream.cache.record-stats").get("defaultValue").booleanValue())
        .isTrue();
    assertThat(described.get("slipstream.cache.sync-by-default").get("defaultValue").booleanValue())
        .isFalse();
  }

  @Test
  void everyPropertyIsOnAPage() throws IOException {
    String page =
        Files.readString(Path.of("../../docs/spring.md"))
            + Files.readString(Path.of("../../docs/observability.md"));

    for (String property : all()) {
      String name =
          property.replace("slipstream.cache.caches", "slipstream.cache.caches.<name>.spec");
      assertThat(page).contains("`" + name.replace("slipstream.cache.", "") + "`");
    }
  }
}
