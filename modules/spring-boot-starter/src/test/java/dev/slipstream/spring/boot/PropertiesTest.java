package dev.slipstream.spring.boot;

import static dev.slipstream.spring.boot.AutoConfigurationTest.cache;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchTimeoutException;
import dev.slipstream.spring.SlipstreamCacheManager;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What each property does; and that a bad value fails the start and is named. */
class PropertiesTest {
  private final ApplicationContextRunner runner = Boot.runner();

  @Test
  void withoutNamesEachCacheThatIsAskedForIsMade() {
    runner.run(
        context -> {
          assertThat(context.getBean(SlipstreamCacheManager.class).getCacheNames()).isEmpty();
          assertThat(cache(context, "any")).isNotNull();
        });
  }

  @Test
  void namesAreFixedAndThoseWithSettingsOfTheirOwnAreAmongThem() {
    runner
        .withPropertyValues(
            "slipstream.cache.cache-names=users,orders",
            "slipstream.cache.caches.sessions.spec=expireAfterAccess=30m",
            "slipstream.cache.caches.[a.b].fetch-timeout=1s")
        .run(
            context -> {
              SlipstreamCacheManager manager = context.getBean(SlipstreamCacheManager.class);
              assertThat(manager.getCacheNames())
                  .containsExactly("users", "orders", "sessions", "a.b");
              assertThat(manager.getCache("others")).isNull();
            });
  }

  @Test
  void theSpecIsForAllAndEachCacheCanHaveItsOwn() {
    runner
        .withPropertyValues(
            "slipstream.cache.spec=maximumSize=0",
            "slipstream.cache.cache-names=small",
            "slipstream.cache.caches.large.spec=maximumSize=10")
        .run(
            context -> {
              for (String name : new String[] {"small", "large"}) {
                cache(context, name).put(1, "value");
                cache(context, name).getNativeCache().cleanUp();
              }
              assertThat(cache(context, "small").getNativeCache().estimatedSize()).isZero();
              assertThat(cache(context, "large").getNativeCache().estimatedSize()).isEqualTo(1);
            });
  }

  @Test
  void loadsAreTimedOutAndEachCacheCanHaveItsOwnTimeout() {
    runner
        .withPropertyValues(
            "slipstream.cache.fetch-timeout=1ms",
            "slipstream.cache.caches.slow.fetch-timeout=1h",
            "slipstream.cache.caches.fast.spec=maximumSize=10",
            "slipstream.cache.cache-names=users")
        .run(
            context -> {
              for (String name : new String[] {"users", "fast"}) {
                assertThat(Eventually.failure(endless(cache(context, name).getNativeCache())))
                    .isInstanceOf(FetchTimeoutException.class);
              }
              CompletableFuture<?> slow = endless(cache(context, "slow").getNativeCache());
              Eventually.failure(endless(cache(context, "users").getNativeCache()));
              assertThat(slow).isNotDone();
            });
  }

  private static CompletableFuture<?> endless(CoalescingCache<Object, Object> cache) {
    return cache.getOrFetch(1, (key, fetch) -> new CompletableFuture<>());
  }

  @Test
  void callersAreTimedOut() {
    runner
        .withPropertyValues("slipstream.cache.caller-timeout=1ms")
        .run(
            context ->
                assertThat(
                        Eventually.failure(
                            cache(context, "users").retrieve(1, CompletableFuture::new)))
                    .isInstanceOf(TimeoutException.class));
  }

  @Test
  void nullValuesCanBeRefusedAndAbsenceRemembered() {
    runner
        .withPropertyValues(
            "slipstream.cache.allow-null-values=false", "slipstream.cache.absent-ttl=1h")
        .run(
            context -> {
              assertThatThrownBy(() -> cache(context, "users").put(1, null))
                  .isInstanceOf(IllegalArgumentException.class);
              assertThat(cache(context, "users").<Object>get(1, () -> null)).isNull();
              assertThat(cache(context, "users").<Object>get(1, () -> "never")).isNull();
            });
  }

  @Test
  void statisticsCanBeOff() {
    runner
        .withPropertyValues("slipstream.cache.record-stats=false")
        .run(
            context ->
                assertThat(cache(context, "users").getNativeCache().isRecordingStats()).isFalse());
  }

  @Test
  void eventsCanBeKept() {
    runner
        .withPropertyValues("slipstream.cache.event-journal=16")
        .run(
            context -> {
              cache(context, "users").put(1, "value");
              assertThat(cache(context, "users").getNativeCache().events().lastSequence())
                  .isPositive();
            });
    runner.run(
        context ->
            assertThatThrownBy(() -> cache(context, "users").getNativeCache().events())
                .isInstanceOf(IllegalStateException.class));
  }

  @Test
  void customizersAddSettings() {
    runner
        .withBean(
            SlipstreamBuilderCustomizer.class,
            () ->
                (name, builder) -> {
                  if (name.equals("small")) {
                    builder.maximumSize(0);
                  }
                })
        .run(
            context -> {
              cache(context, "small").put(1, "value");
              cache(context, "small").getNativeCache().cleanUp();
              assertThat(cache(context, "small").getNativeCache().estimatedSize()).isZero();
            });
  }

  @Test
  void aCustomizerMayCompleteASpec() {
    runner
        .withPropertyValues(
            "slipstream.cache.spec=maximumWeight=10", "slipstream.cache.cache-names=users")
        .withBean(
            SlipstreamBuilderCustomizer.class,
            () -> (name, builder) -> builder.weigher((key, value) -> 1))
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aCustomizerThatSetsWhatAPropertyHasSetFailsTheStart() {
    runner
        .withPropertyValues(
            "slipstream.cache.fetch-timeout=1s", "slipstream.cache.cache-names=users")
        .withBean(
            SlipstreamBuilderCustomizer.class,
            () -> (name, builder) -> builder.fetchTimeout(Duration.ofSeconds(2)))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("cache 'users' cannot be built: fetchTimeout"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spec | maximumSise=10 | maximumSise",
        "spec | maximumWeight=10 | weigher",
        "spec | maximumSize=10, maximumWeight=10 | maximumWeight",
        "cache-names | users,, | blank",
        "caches.users.spec | maximumSize=x | maximumSize",
        "caches.users.fetch-timeout | 0s | fetchTimeout must be more than zero",
        "caches.users.fetch-timeout | soon | soon",
        "fetch-timeout | -1s | fetchTimeout must be more than zero",
        "fetch-timeout | soon | soon",
        "caller-timeout | 0s | callerTimeout must be more than zero",
        "absent-ttl | 0s | absentTtl must be more than zero",
        "absent-ttl | 1s | slipstream.cache.allow-null-values=false",
        "allow-null-values | perhaps | perhaps",
        "record-stats | perhaps | perhaps",
        "event-journal | 0 | eventJournal must be at least 1",
        "event-journal | many | many",
        "rethrow-load-failures | perhaps | perhaps",
        "sync-by-default | perhaps | perhaps"
      })
  void aBadValueFailsTheStartAndIsNamed(String property, String value, String reason) {
    runner
        .withPropertyValues("slipstream.cache." + property + "=" + value)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("slipstream.cache." + property)
                    .hasStackTraceContaining(reason));
  }
}
