package dev.slipstream.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CacheClosedException;
import dev.slipstream.CoalescingCache;
import dev.slipstream.spring.SlipstreamCache;
import dev.slipstream.spring.SlipstreamCacheManager;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

/** When there is a cache manager, and which. */
class AutoConfigurationTest {
  private final ApplicationContextRunner runner = Boot.runner();

  @Test
  void theTestsRunOnTheBootThatWasAskedFor() {
    assertThat(SpringBootVersion.getVersion())
        .isEqualTo(System.getProperty("slipstream.spring-boot"));
  }

  @Test
  void bootFindsEachAutoConfiguration() {
    assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
        .contains(
            SlipstreamCacheAutoConfiguration.class.getName(),
            SlipstreamEndpointAutoConfiguration.class.getName(),
            SlipstreamMetricsAutoConfiguration.class.getName());
  }

  @Test
  void theManagerTakesThePlaceOfBootsOwn() {
    runner.run(
        context -> {
          assertThat(context).hasSingleBean(CacheManager.class);
          assertThat(context).getBean("cacheManager").isInstanceOf(SlipstreamCacheManager.class);
          assertThat(cache(context, "users").getNativeCache().isRecordingStats()).isTrue();
          assertThat(cache(context, "users").isAllowNullValues()).isTrue();
        });
  }

  @Test
  void thereIsNoneWithoutCaching() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SlipstreamCacheAutoConfiguration.class))
        .run(context -> assertThat(context).doesNotHaveBean(CacheManager.class));
  }

  @Test
  void thereIsNoneBesideTheApplicationsOwn() {
    runner
        .withBean("own", CacheManager.class, ConcurrentMapCacheManager::new)
        .run(
            context -> {
              assertThat(context).hasSingleBean(CacheManager.class);
              assertThat(context).doesNotHaveBean(SlipstreamCacheManager.class);
            });
  }

  @Test
  void thereIsNoneWhereTheTypeIsSet() {
    runner
        .withPropertyValues("spring.cache.type=none")
        .run(
            context ->
                assertThat(context)
                    .getBean(CacheManager.class)
                    .isInstanceOf(NoOpCacheManager.class));
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @ImportAutoConfiguration({
    SlipstreamCacheAutoConfiguration.class,
    SlipstreamEndpointAutoConfiguration.class,
    SlipstreamMetricsAutoConfiguration.class
  })
  static class Slim {}

  @Test
  void itNeedsNeitherMicrometerNorTheActuator() {
    new ApplicationContextRunner()
        .withUserConfiguration(Slim.class)
        .withClassLoader(
            new FilteredClassLoader(
                "io.micrometer", "dev.slipstream.micrometer", "org.springframework.boot.actuate"))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(cache(context, "users").get(1, () -> "value")).isEqualTo("value");
            });
  }

  @Test
  void theCachesAreClosedWithTheContext() {
    CoalescingCache<?, ?>[] closed = new CoalescingCache<?, ?>[1];

    runner.run(context -> closed[0] = cache(context, "users").getNativeCache());

    assertThatThrownBy(closed[0]::invalidateAll).isInstanceOf(CacheClosedException.class);
  }

  static SlipstreamCache cache(ApplicationContext context, String name) {
    return Objects.requireNonNull(
        context.getBean(SlipstreamCacheManager.class).getCache(name), name);
  }
}
