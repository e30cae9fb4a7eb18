package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.LoggingCacheErrorHandler;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** The code of {@code docs/spring.md} and of the module's Javadoc. */
class SpringPageTest {
  record User(int id, String name) {}

  record Query(CompletableFuture<User> result) {
    void cancel() {
      result.cancel(true);
    }
  }

  @Configuration
  @EnableCaching
  static class CacheConfiguration {
    @Bean
    SlipstreamCacheManager cacheManager() {
      SlipstreamCacheManager manager = new SlipstreamCacheManager("users", "orders");
      manager.setSpec("maximumSize=10000, expireAfterWrite=5m");
      manager.setCallerTimeout(Duration.ofSeconds(2));
      return manager;
    }

    @Bean
    UserService userService() {
      return new UserService();
    }
  }

  static class UserService {
    private final CompletableFuture<User> result = new CompletableFuture<>();

    @Cacheable(cacheNames = "users", sync = true)
    public Mono<User> findUser(int id) {
      return client(id); // called once for all that subscribe meanwhile
    }

    @CacheEvict("users")
    public void rename(int id, String name) {}

    @Cacheable(cacheNames = "orders", sync = true)
    public CompletableFuture<User> queryUser(int id) {
      Query query = start(id);
      FetchContext.current().onAbandon(query::cancel); // when the last caller has left
      return query.result();
    }

    Mono<User> client(int id) {
      return Mono.just(new User(id, "Ann"));
    }

    Query start(int id) {
      return new Query(result);
    }
  }

  static class Handling implements CachingConfigurer {
    @Override
    public CacheErrorHandler errorHandler() { // of a CachingConfigurer
      return new LoadFailureRethrowingErrorHandler(new LoggingCacheErrorHandler());
    }
  }

  @Test
  void theApplicationOfThePageRuns() {
    try (var context = new AnnotationConfigApplicationContext(CacheConfiguration.class)) {
      UserService users = context.getBean(UserService.class);

      assertThat(users.findUser(42).block()).isEqualTo(new User(42, "Ann"));
      users.rename(42, "Bea");
      CompletableFuture<User> caller = users.queryUser(1);
      caller.cancel(true);

      CoalescingCache<?, ?> orders =
          (CoalescingCache<?, ?>)
              context.getBean(SlipstreamCacheManager.class).getCache("orders").getNativeCache();
      Eventually.until("the query is cancelled", () -> orders.inFlightCount() == 0);
    }
  }

  @Test
  void theManagerOfThePackagesPageMakesCaches() {
    SlipstreamCacheManager manager = new SlipstreamCacheManager();
    manager.setSpec("maximumSize=10000, expireAfterWrite=5m");
    manager.setCustomizer((name, builder) -> builder.fetchTimeout(Duration.ofSeconds(5)));

    assertThat(manager.getCache("users")).isNotNull();
    manager.destroy();
  }

  @Test
  void aCacheOfOnesOwnCanBeRegistered() {
    SlipstreamCacheManager manager = new SlipstreamCacheManager();
    manager.registerCustomCache(
        "sessions", CoalescingCache.builder().expireAfterAccess(Duration.ofMinutes(30)).build());

    assertThat(manager.getCacheNames()).containsExactly("sessions");
    manager.destroy();
  }

  @Test
  void aCacheStandsAlone() {
    CoalescingCache<Object, Object> users =
        CoalescingCache.builder().name("users").maximumSize(10_000).build();
    Cache cache = new SlipstreamCache("users", users);

    User user = cache.get(42, () -> queryUser(42)); // joins a load that is running, or starts one

    assertThat(user).isEqualTo(new User(42, "Ann"));
    assertThat(new Handling().errorHandler()).isNotNull();
    users.close();
  }

  private static User queryUser(int id) {
    return new User(id, "Ann");
  }
}
