package dev.slipstream.spring.boot.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.spring.SlipstreamCacheManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The part of {@code docs/spring.md} about Boot: its application starts with its properties. */
class SpringBootPageTest {
  private static final Pattern PROPERTIES = Pattern.compile("(?ms)^```properties\n(.*?)^```$");

  @Test
  void theApplicationOfThePageStarts() throws IOException {
    String[] arguments =
        properties().lines().map(property -> "--" + property).toArray(String[]::new);
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Shop.class)
            .web(WebApplicationType.NONE)
            .properties("spring.main.banner-mode=off")
            .run(arguments)) {
      SlipstreamCacheManager manager = context.getBean(SlipstreamCacheManager.class);

      assertThat(manager.getCacheNames()).containsExactly("users", "prices", "orders");
    }
  }

  private static String properties() throws IOException {
    Matcher block = PROPERTIES.matcher(Files.readString(Path.of("../../docs/spring.md")));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
