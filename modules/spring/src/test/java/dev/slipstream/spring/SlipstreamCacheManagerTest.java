package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CacheClosedException;
import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The caches that a manager makes, and how it ends them. */
class SlipstreamCacheManagerTest {
  private final SlipstreamCacheManager manager = new SlipstreamCacheManager();

  @AfterEach
  void destroy() {
    manager.destroy();
  }

  @Test
  void itMakesEachCacheThatIsAskedForOnce() {
    SlipstreamCache users = cache("users");

    assertThat(users.getName()).isEqualTo("users");
    assertThat(users.getNativeCache().name()).isEqualTo("users");
    assertThat(cache("users")).isSameAs(users);
    assertThat(cache("orders")).isNotSameAs(users);
    assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("users", "orders");
  }

  @Test
  void itMakesOnlyCachesOfFixedNames() {
    manager.setCacheNames(List.of("users", "orders"));

    assertThat(manager.getCacheNames()).containsExactly("users", "orders");
    assertThat(manager.getCache("users")).isNotNull();
    assertThat(manager.getCache("others")).isNull();

    manager.setCacheNames(null);
    assertThat(manager.getCache("others")).isNotNull();
  }

  @Test
  void theConstructorTakesFixedNames() {
    SlipstreamCacheManager fixed = new SlipstreamCacheManager("users");

    assertThat(fixed.getCacheNames()).containsExactly("users");
    assertThat(fixed.getCache("others")).isNull();
    fixed.destroy();
  }

  @Test
  void statisticsAreOn() {
    cache("users").get(1, () -> "value");

    assertThat(cache("users").getNativeCache().stats().fetchCount()).isEqualTo(1);
  }

  @Test
  void statisticsCanBeOffOrInTheSpec() {
    manager.setRecordStats(false);
    cache("users").get(1, () -> "value");
    assertThat(cache("users").getNativeCache().stats().fetchCount()).isZero();

    SlipstreamCacheManager other = new SlipstreamCacheManager();
    other.setSpec("maximumSize=10, recordStats");
    SlipstreamCache cache = Objects.requireNonNull(other.getCache("users"));
    cache.get(1, () -> "value");
    assertThat(cache.getNativeCache().stats().fetchCount()).isEqualTo(1);
    other.destroy();
  }

  @Test
  void theSpecBoundsEachCache() {
    manager.setSpec("maximumSize=0");

    cache("users").put(1, "value");
    cache("users").getNativeCache().cleanUp();

    assertThat(cache("users").getNativeCache().estimatedSize()).isZero();
  }

  @Test
  void aCacheCanHaveASpecOfItsOwn() {
    manager.setSpec("maximumSize=0");
    manager.setSpec("large", "maximumSize=10, recordStats");

    for (String name : List.of("small", "large")) {
      cache(name).put(1, "value");
      cache(name).getNativeCache().cleanUp();
    }

    assertThat(cache("small").getNativeCache().estimatedSize()).isZero();
    assertThat(cache("large").getNativeCache().estimatedSize()).isEqualTo(1);
    assertThat(cache("large").getNativeCache().isRecordingStats()).isTrue();
  }

  @Test
  void theCustomizerIsGivenEachNameAndBuilder() {
    manager.setCustomizer(
        (name, builder) -> {
          if (name.equals("small")) {
            builder.maximumSize(0);
          }
        });

    for (String name : List.of("small", "large")) {
      cache(name).put(1, "value");
      cache(name).getNativeCache().cleanUp();
    }

    assertThat(cache("small").getNativeCache().estimatedSize()).isZero();
    assertThat(cache("large").getNativeCache().estimatedSize()).isEqualTo(1);
  }

  @Test
  void aCustomizerMayAskForAnotherCache() {
    manager.setCustomizer(
        (name, builder) -> {
          if (name.equals("users")) {
            cache("orders");
          }
        });

    assertThat(manager.getCache("users")).isNotNull();
    assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("users", "orders");
  }

  @Test
  void aBadSpecIsRefusedAtOnce() {
    assertThatThrownBy(() -> manager.setSpec("maximumSise=10"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maximumSise");
    assertThatThrownBy(() -> manager.setSpec("users", "maximumSise=10"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maximumSise");
    assertThatThrownBy(() -> manager.setSpec(" ", "maximumSize=10"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank");
    assertThatThrownBy(() -> manager.setCallerTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("callerTimeout must be more than zero, but is PT0S");
    assertThatThrownBy(() -> manager.setCacheNames(List.of("users", " ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank");
    assertThatThrownBy(() -> manager.setCacheNames(Arrays.asList("users", null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the name of a cache");
  }

  @Test
  void aCacheThatCannotBeBuiltIsNamedWithTheSetting() {
    manager.setSpec("maximumSize=10");
    manager.setCustomizer((name, builder) -> builder.maximumSize(5));

    assertThatThrownBy(() -> manager.getCache("users"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cache 'users' cannot be built: maximumSize");
  }

  @Test
  void aFixedCacheThatCannotBeBuiltFailsTheContextsStart() {
    try (var context = new AnnotationConfigApplicationContext()) {
      context.registerBean(
          SlipstreamCacheManager.class,
          () -> {
            SlipstreamCacheManager fixed = new SlipstreamCacheManager("users");
            fixed.setCustomizer((name, builder) -> builder.maximumWeight(5));
            return fixed;
          });

      assertThatThrownBy(context::refresh)
          .isInstanceOf(BeanCreationException.class)
          .hasMessageContaining("cache 'users' cannot be built: maximumWeight");
    }
  }

  @Test
  void aSettingAfterTheFirstCacheIsRefused() {
    cache("users");

    assertThatThrownBy(() -> manager.setSpec("maximumSize=10"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "setSpec comes too late: the caches [users] exist already; call it before the first cache is asked for or registered");
    assertThatThrownBy(() -> manager.setSpec("users", "maximumSize=10"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> manager.setAllowNullValues(false))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> manager.setCallerTimeout(Duration.ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> manager.setCustomizer((name, builder) -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> manager.setRecordStats(false))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nullValuesCanBeRefusedByAllCaches() {
    manager.setAllowNullValues(false);
    manager.registerCustomCache("custom", CoalescingCache.builder().build());

    assertThatThrownBy(() -> cache("users").put(1, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cache("custom").put(1, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCustomCacheTakesThePlaceOfOneThatWasMade() {
    CoalescingCache<Object, Object> made = cache("users").getNativeCache();
    CoalescingCache<Object, Object> custom = CoalescingCache.builder().build();

    manager.registerCustomCache("users", custom);

    assertThat(cache("users").getNativeCache()).isSameAs(custom);
    assertClosed(made);
  }

  @Test
  void aCustomCacheStandsBesideFixedNames() {
    manager.setCacheNames(List.of("users"));

    manager.registerCustomCache("custom", CoalescingCache.builder().build());

    assertThat(manager.getCache("custom")).isNotNull();
    assertThat(manager.getCacheNames()).containsExactly("users", "custom");
  }

  @Test
  void aRemovedCacheIsClosedAndMadeAnew() {
    SlipstreamCache removed = cache("users");
    CompletableFuture<String> caller = removed.retrieve(1, CompletableFuture::new);

    manager.removeCache("users");
    manager.removeCache("unknown");

    assertThat(Eventually.failure(caller)).isInstanceOf(CacheClosedException.class);
    assertThat(cache("users")).isNotSameAs(removed);
  }

  @Test
  void aRemovedCustomCacheStaysOpen() {
    try (CoalescingCache<Object, Object> custom = CoalescingCache.builder().build()) {
      manager.registerCustomCache("custom", custom);

      manager.removeCache("custom");

      custom.put(1, "value");
      assertThat(cache("custom").getNativeCache()).isNotSameAs(custom);
    }
  }

  @Test
  void aResetRemovesTheCachesThatWereMadeOnTheFly() {
    SlipstreamCache made = cache("users");
    made.put(1, "value");
    manager.registerCustomCache("custom", CoalescingCache.builder().build());
    cache("custom").put(1, "value");

    manager.resetCaches();

    assertThat(manager.getCacheNames()).containsExactly("custom");
    assertThat(cache("custom").get(1)).isNull();
    assertThat(cache("users")).isNotSameAs(made);
    assertThat(cache("users").get(1)).isNull();
    assertClosed(made.getNativeCache());
  }

  @Test
  void aResetOnlyClearsCachesOfFixedNames() {
    manager.setCacheNames(List.of("users"));
    SlipstreamCache users = cache("users");
    users.put(1, "value");

    manager.resetCaches();

    assertThat(cache("users")).isSameAs(users);
    assertThat(users.get(1)).isNull();
  }

  @Test
  void destroyClosesEveryCacheAndMakesNoMore() {
    CoalescingCache<Object, Object> custom = CoalescingCache.builder().build();
    manager.registerCustomCache("custom", custom);
    CoalescingCache<Object, Object> made = cache("users").getNativeCache();

    manager.destroy();
    manager.destroy();
    manager.resetCaches();

    assertClosed(custom);
    assertClosed(made);
    assertThat(manager.getCache("orders")).isNull();
    assertThatThrownBy(() -> manager.registerCustomCache("late", custom))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'late' cannot be registered: its manager is destroyed");
  }

  private SlipstreamCache cache(String name) {
    return Objects.requireNonNull(manager.getCache(name));
  }

  private static void assertClosed(CoalescingCache<Object, Object> cache) {
    assertThatThrownBy(() -> cache.put(1, "value")).isInstanceOf(CacheClosedException.class);
  }
}
