package dev.slipstream.checks.guides;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.spring.SlipstreamCacheManager;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The code and the claims of {@code docs/migration.md} on Spring's CaffeineCacheManager. */
class SpringMigrationTest {
  @Configuration
  @EnableCaching
  static class Before {
    @Bean
    CaffeineCacheManager cacheManager() {
      CaffeineCacheManager manager = new CaffeineCacheManager("users", "orders");
      manager.setCacheSpecification("maximumSize=10000, expireAfterWrite=5m");
      manager.registerCustomCache(
          "sessions", Caffeine.newBuilder().expireAfterAccess(Duration.ofMinutes(30)).build());
      manager.setAsyncCacheMode(true);
      return manager;
    }

    @Bean
    UserService userService() {
      return new UserService();
    }
  }

  @Configuration
  @EnableCaching
  static class After {
    @Bean
    SlipstreamCacheManager cacheManager() {
      SlipstreamCacheManager manager = new SlipstreamCacheManager("users", "orders", "sessions");
      manager.setSpec("maximumSize=10000, expireAfterWrite=5m");
      manager.setSpec("sessions", "expireAfterAccess=30m");
      manager.setCustomizer((name, builder) -> builder.fetchTimeout(Duration.ofSeconds(5)));
      return manager;
    }

    @Bean
    UserService userService() {
      return new UserService();
    }
  }

  static class UserService {
    final AtomicInteger calls = new AtomicInteger();
    final CompletableFuture<User> request = new CompletableFuture<>();

    @Cacheable(cacheNames = "users", sync = true)
    public CompletableFuture<User> findUser(int id) {
      calls.incrementAndGet();
      return request;
    }

    public int calls() {
      return calls.get();
    }

    public void answer(User user) {
      request.complete(user);
    }
  }

  @Test
  void afterTheOtherCallerGetsTheValue() {
    try (var context = new AnnotationConfigApplicationContext(After.class)) {
      UserService users = context.getBean(UserService.class);

      CompletableFuture<User> leaving = users.findUser(42);
      CompletableFuture<User> staying = users.findUser(42);
      leaving.cancel(true);
      users.answer(new User(42, "Ada"));

      assertThat(staying.join()).isEqualTo(new User(42, "Ada"));
      assertThat(users.calls()).isEqualTo(1);
      assertThat(context.getBean(SlipstreamCacheManager.class).getCacheNames())
          .containsExactlyInAnyOrder("users", "orders", "sessions");
    }
  }

  @Test
  void beforeTheApplicationRuns() {
    CaffeineCacheManager manager = new CaffeineCacheManager("users");
    manager.setAsyncCacheMode(true);
    assertThat(manager.getCache("users")).isNotNull();

    try (var context = new AnnotationConfigApplicationContext(Before.class)) {
      UserService users = context.getBean(UserService.class);
      users.answer(new User(42, "Ada"));

      assertThat(users.findUser(42).join()).isEqualTo(new User(42, "Ada"));
    }
  }
}
