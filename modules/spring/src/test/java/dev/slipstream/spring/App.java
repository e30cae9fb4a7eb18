package dev.slipstream.spring;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A Spring application with {@link Users}, started for each test and closed after it. */
final class App implements BeforeEachCallback, AfterEachCallback {
  final Source source = new Source();
  private final Consumer<SlipstreamCacheManager> settings;
  private final @Nullable CacheErrorHandler errorHandler;
  private @Nullable AnnotationConfigApplicationContext context;

  App() {
    this(manager -> {});
  }

  App(Consumer<SlipstreamCacheManager> settings) {
    this(settings, null);
  }

  App(Consumer<SlipstreamCacheManager> settings, @Nullable CacheErrorHandler errorHandler) {
    this.settings = settings;
    this.errorHandler = errorHandler;
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching(proxyTargetClass = true)
  static class Caching {}

  @Override
  public void beforeEach(ExtensionContext test) {
    start();
  }

  App start(Class<?>... configurations) {
    AnnotationConfigApplicationContext starting = new AnnotationConfigApplicationContext();
    starting.registerBean(
        SlipstreamCacheManager.class,
        () -> {
          SlipstreamCacheManager manager = new SlipstreamCacheManager();
          settings.accept(manager);
          return manager;
        });
    starting.registerBean(Users.class, () -> new Users(source));
    if (errorHandler != null) {
      starting.registerBean(CachingConfigurer.class, () -> handledBy(errorHandler));
    }
    starting.register(Caching.class);
    if (configurations.length > 0) {
      starting.register(configurations);
    }
    starting.refresh();
    context = starting;
    return this;
  }

  private static CachingConfigurer handledBy(CacheErrorHandler errorHandler) {
    return new CachingConfigurer() {
      @Override
      public CacheErrorHandler errorHandler() {
        return errorHandler;
      }
    };
  }

  @Override
  public void afterEach(ExtensionContext test) {
    close();
  }

  void close() {
    context().close();
  }

  AnnotationConfigApplicationContext context() {
    return Objects.requireNonNull(context);
  }

  Users users() {
    return context().getBean(Users.class);
  }

  SlipstreamCacheManager manager() {
    return context().getBean(SlipstreamCacheManager.class);
  }

  SlipstreamCache cache() {
    return Objects.requireNonNull(manager().getCache("users"));
  }

  CoalescingCache<Object, Object> nativeCache() {
    return cache().getNativeCache();
  }

  /** Waits until so many callers wait for the users' loads. */
  void awaitCallers(int callers) {
    Eventually.until(callers + " callers wait", () -> nativeCache().awaiterCount() == callers);
  }
}
