package dev.slipstream.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.LoggingCacheErrorHandler;

/** A failed load is not repeated by its callers, whatever the application's error handler does. */
class LoadFailuresTest {
  private static final IllegalStateException DOWN = new IllegalStateException("down");

  static class Logging implements CachingConfigurer {
    @Override
    public CacheErrorHandler errorHandler() {
      return new LoggingCacheErrorHandler();
    }
  }

  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final ApplicationContextRunner runner =
      Boot.runner()
          .withBean(Logging.class)
          .withBean(CountingService.class, () -> new CountingService(() -> answer));

  @Test
  void aFailedLoadIsOneCall() {
    runner.run(
        context -> assertThat(callsOfAFailingLoad(context.getBean(CountingService.class))).isOne());
  }

  @Test
  void itIsTheHandlersAffairIfTheApplicationSaysSo() {
    runner
        .withPropertyValues("slipstream.cache.rethrow-load-failures=false")
        .run(
            context ->
                assertThat(callsOfAFailingLoad(context.getBean(CountingService.class)))
                    .isGreaterThan(1));
  }

  private int callsOfAFailingLoad(CountingService service) {
    List<CompletableFuture<String>> callers =
        Stream.generate(() -> service.mono(1).toFuture()).limit(10).toList();
    answer.completeExceptionally(DOWN);
    assertThat(callers).allSatisfy(caller -> assertThat(Eventually.failure(caller)).isSameAs(DOWN));
    return service.calls();
  }
}
