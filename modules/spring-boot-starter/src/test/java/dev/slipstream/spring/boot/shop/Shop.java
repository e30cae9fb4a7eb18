package dev.slipstream.spring.boot.shop;

import dev.slipstream.spring.boot.SlipstreamBuilderCustomizer;
import java.time.Duration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;

/** The application of the page and of the package's Javadoc. */
@SpringBootApplication
@EnableCaching
class Shop {
  @Bean
  SlipstreamBuilderCustomizer freshPrices() {
    return (cacheName, builder) -> {
      if (cacheName.equals("prices")) {
        builder.refreshAfterWrite(Duration.ofSeconds(30));
      }
    };
  }
}
