package dev.slipstream.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Configuration;

/** What the tests need of Boot 3 and 4, whose packages differ. */
final class Boot {
  private Boot() {}

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  static class Caching {}

  /** Returns a runner of the cache's auto-configuration beside Boot's own. */
  static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                SlipstreamCacheAutoConfiguration.class,
                eitherOf(
                    "org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration",
                    "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration")))
        .withUserConfiguration(Caching.class);
  }

  /** Returns a runner with the meters as well, beside Boot's own. */
  static ApplicationContextRunner withMeters() {
    return runner()
        .withConfiguration(
            AutoConfigurations.of(
                SlipstreamMetricsAutoConfiguration.class,
                eitherOf(
                    "org.springframework.boot.actuate.autoconfigure.metrics.cache.CacheMetricsAutoConfiguration",
                    "org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration")));
  }

  /** Returns the class of Boot 3, or that of Boot 4. */
  static Class<?> eitherOf(String ofBoot3, String ofBoot4) {
    try {
      return Class.forName(ofBoot3);
    } catch (ClassNotFoundException e) {
      try {
        return Class.forName(ofBoot4);
      } catch (ClassNotFoundException neither) {
        throw new AssertionError(neither);
      }
    }
  }
}
