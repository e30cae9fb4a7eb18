package dev.slipstream.spring.boot;

import static dev.slipstream.spring.boot.AutoConfigurationTest.cache;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.spring.SlipstreamCacheManager;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The meters of caches, also of those that are made on the fly. */
class MetricsTest {
  private static final String[] TAGS = {
    "cache", "users", "name", "users", "cache.manager", "cacheManager"
  };

  @RegisterExtension final LogCapture log = new LogCapture();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ApplicationContextRunner runner =
      Boot.withMeters().withBean(MeterRegistry.class, () -> registry);

  private double puts() {
    return registry.get("cache.puts").tags(TAGS).functionCounter().count();
  }

  @Test
  void aCacheOfAFixedNameHasMeters() {
    runner
        .withPropertyValues("slipstream.cache.cache-names=users")
        .run(
            context -> {
              cache(context, "users").put(1, "value");
              assertThat(puts()).isEqualTo(1);
              assertThat(registry.find("cache.puts").functionCounters()).hasSize(1);
            });
  }

  @Test
  void aCacheThatIsMadeOnTheFlyHasMeters() {
    runner.run(
        context -> {
          assertThat(registry.find("cache.puts").functionCounter()).isNull();
          cache(context, "users").put(1, "value");
          assertThat(puts()).isEqualTo(1);
        });
  }

  @Test
  void fetchesAreTimed() {
    runner.run(
        context -> {
          cache(context, "users").get(1, () -> "value");
          Eventually.passes(
              () ->
                  assertThat(
                          registry
                              .get("slipstream.fetch.duration")
                              .tags(TAGS)
                              .tag("outcome", "success")
                              .timer()
                              .count())
                      .isEqualTo(1));
        });
  }

  @Test
  void aRemovedCacheTakesItsMetersAlongAndItsSuccessorHasItsOwn() {
    runner.run(
        context -> {
          SlipstreamCacheManager manager = context.getBean(SlipstreamCacheManager.class);
          cache(context, "users").put(1, "value");
          cache(context, "users").get(2, () -> "value");

          manager.removeCache("users");
          assertThat(registry.getMeters()).isEmpty();

          cache(context, "users").put(1, "value");
          cache(context, "users").put(2, "value");
          assertThat(puts()).isEqualTo(2);
        });
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void withoutStatisticsThereIsOnlyWhatIsKnown() {
    runner
        .withPropertyValues("slipstream.cache.record-stats=false")
        .run(
            context -> {
              cache(context, "users").get(1, () -> "value");
              assertThat(registry.get("cache.size").tags(TAGS).gauge().value()).isEqualTo(1);
              assertThat(registry.find("cache.gets").functionCounters()).isEmpty();
              assertThat(registry.find("slipstream.fetch.duration").timers()).isEmpty();
              assertThat(log.warnings()).hasSize(1);
            });
  }

  @Test
  void withoutARegistryThereAreNone() {
    Boot.withMeters()
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean(CacheMeters.class);
              assertThat(cache(context, "users").get(1, () -> "value")).isEqualTo("value");
            });
  }

  @Test
  void anApplicationsOwnManagerHasMetersToo() {
    runner
        .withBean("usersCacheManager", SlipstreamCacheManager.class)
        .run(
            context -> {
              cache(context, "users").put(1, "value");
              assertThat(
                      registry
                          .get("cache.puts")
                          .tag("cache.manager", "users")
                          .functionCounter()
                          .count())
                  .isEqualTo(1);
            });
  }
}
