package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cache.Cache;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.LoggingCacheErrorHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** What a failed load costs with an error handler that returns. */
class ErrorHandlerTest {
  private static final int CALLERS = 10;
  private final IllegalStateException failure = new IllegalStateException("broken");

  @Test
  void aHandlerThatOnlyLogsMakesEachCallerOfAMonoCallTheMethodAgain() {
    assertThat(callsOfAFailingMono(new App(manager -> {}, new LoggingCacheErrorHandler()).start()))
        .isGreaterThan(1);
  }

  @Test
  void theRethrowingHandlerLeavesAFailedMonoAtOneCall() {
    assertThat(callsOfAFailingMono(new App(manager -> {}, rethrowing()).start())).isEqualTo(1);
  }

  @Test
  void theRethrowingHandlerLeavesAFailedFutureAtOneCall() {
    App app = new App(manager -> {}, rethrowing()).start();
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    List<CompletableFuture<String>> callers =
        IntStream.range(0, CALLERS).mapToObj(i -> app.users().future(1)).toList();

    upstream.completeExceptionally(failure);

    assertThat(callers)
        .allSatisfy(caller -> assertThat(Eventually.failure(caller)).hasRootCause(failure));
    assertThat(app.source.calls).hasValue(1);
    app.close();
  }

  @Test
  void itCanBeInstalledOnceAllSingletonsAreThere() {
    App app = new App(manager -> {}, new LoggingCacheErrorHandler()).start(Installing.class);

    assertThat(callsOfAFailingMono(app)).isEqualTo(1);
  }

  @Configuration(proxyBeanMethods = false)
  static class Installing {
    @Bean
    SmartInitializingSingleton rethrowing(CacheAspectSupport interceptor) {
      return () ->
          interceptor.setErrorHandler(
              new LoadFailureRethrowingErrorHandler(interceptor.getErrorHandler()));
    }
  }

  @Test
  void itHandsOnWhatIsNoLoadsFailure() {
    CacheErrorHandler handler = rethrowing();
    Cache other = new ConcurrentMapCache("other");
    App app = new App().start();

    assertThatCode(() -> handler.handleCacheGetError(failure, other, 1)).doesNotThrowAnyException();
    assertThatCode(() -> handler.handleCachePutError(failure, app.cache(), 1, "v"))
        .doesNotThrowAnyException();
    assertThatCode(() -> handler.handleCacheEvictError(failure, app.cache(), 1))
        .doesNotThrowAnyException();
    assertThatCode(() -> handler.handleCacheClearError(failure, app.cache()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> handler.handleCacheGetError(failure, app.cache(), 1))
        .isSameAs(failure);
    app.close();
  }

  @Test
  void itNeedsAnotherHandler() {
    assertThatThrownBy(() -> new LoadFailureRethrowingErrorHandler(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("other");
  }

  private static CacheErrorHandler rethrowing() {
    return new LoadFailureRethrowingErrorHandler(new LoggingCacheErrorHandler());
  }

  private int callsOfAFailingMono(App app) {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.mono = () -> Mono.fromFuture(upstream, true);
    List<CompletableFuture<String>> callers =
        IntStream.range(0, CALLERS).mapToObj(i -> app.users().mono(1).toFuture()).toList();
    upstream.completeExceptionally(failure);
    assertThat(callers)
        .allSatisfy(caller -> assertThat(Eventually.failure(caller)).isSameAs(failure));
    app.close();
    return app.source.calls.get();
  }
}
