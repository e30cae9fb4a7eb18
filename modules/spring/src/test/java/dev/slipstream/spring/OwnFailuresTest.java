package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CacheClosedException;
import dev.slipstream.FetchException;
import dev.slipstream.FetchTimeoutException;
import dev.slipstream.RecursiveFetchException;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.cache.Cache.ValueRetrievalException;
import org.springframework.cache.interceptor.LoggingCacheErrorHandler;
import reactor.core.publisher.Mono;

/**
 * What the cache itself finds (interrupt, timeout, recursion, abort, close) reaches the callers of
 * blocking methods as a RuntimeException of its own, and makes none of them call the method, not
 * even with an error handler that returns.
 */
class OwnFailuresTest {
  @RegisterExtension
  final App app =
      new App(
          manager -> manager.setCallerTimeout(Duration.ofHours(1)), new LoggingCacheErrorHandler());

  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void releaseTheLoader() {
    release.countDown();
  }

  @Test
  void anInterruptIsARuntimeExceptionAndCallsTheMethodNotAgain() {
    Caller<String> joiner = joiner();

    joiner.interrupt();

    assertThat(joiner.failure())
        .isExactlyInstanceOf(FetchException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aCallersTimeoutIsARuntimeExceptionAndCallsTheMethodNotAgain() {
    App hasty = hasty();
    hasty.source.future = CompletableFuture::new;
    CompletableFuture<String> running =
        hasty.nativeCache().getOrFetch(1, (k, c) -> new CompletableFuture<>()).map(v -> "never");

    assertThatThrownBy(() -> hasty.users().blocking(1))
        .isInstanceOf(FetchTimeoutException.class)
        .hasMessageContaining("has left the fetch");
    assertThat(hasty.source.calls).hasValue(0);
    assertThat(running).isNotDone();
    hasty.close();
  }

  @Test
  void aCallersTimeoutFailsAMonoAndLeavesItsLoad() {
    App hasty = hasty();
    hasty.source.mono = Mono::never;

    assertThat(Eventually.failure(hasty.users().mono(1).toFuture()))
        .isInstanceOf(TimeoutException.class);
    assertThat(hasty.source.calls).hasValue(1);
    Eventually.until("the load is abandoned", () -> hasty.nativeCache().inFlightCount() == 0);
    hasty.close();
  }

  @Test
  void aCallersTimeoutIsNoneOfAHit() throws Exception {
    App hasty = hasty();
    hasty.users().put(1, "cached");

    assertThat(hasty.users().blocking(1)).isEqualTo("cached");
    assertThat(hasty.users().mono(1).block()).isEqualTo("cached");
    hasty.close();
  }

  @Test
  void theFetchTimeoutOfTheCacheEndsBlockingAndOtherMethods() {
    App bounded =
        new App(
                manager ->
                    manager.setCustomizer(
                        (name, builder) -> builder.fetchTimeout(Duration.ofMillis(20))),
                new LoadFailureRethrowingErrorHandler(new LoggingCacheErrorHandler()))
            .start();
    bounded.source.blocking =
        () -> {
          new CountDownLatch(1).await(); // the timeout interrupts it
          return "never";
        };
    bounded.source.mono = Mono::never;

    assertThatThrownBy(() -> bounded.users().blocking(1)).isInstanceOf(FetchTimeoutException.class);
    assertThat(Eventually.failure(bounded.users().mono(2).toFuture()))
        .isInstanceOf(FetchTimeoutException.class);
    assertThat(bounded.source.calls).hasValue(2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    bounded.close();
  }

  @Test
  void anAbortIsARuntimeExceptionAndCallsTheMethodNotAgain() {
    Caller<String> joiner = joiner();

    app.nativeCache().abort(1, new IOException("an operator's"));

    assertThat(joiner.failure())
        .isExactlyInstanceOf(FetchException.class)
        .hasMessageContaining("was aborted");
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void theClosingOfTheContextEndsThoseThatWaitAndCallsTheMethodNotAgain() {
    Caller<String> joiner = joiner();

    app.close();

    assertThat(joiner.failure()).isInstanceOf(CacheClosedException.class);
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aClosedCacheCallsTheMethodNot() {
    Users users = app.users();
    app.nativeCache().close();

    assertThatThrownBy(() -> users.blocking(1)).isInstanceOf(CacheClosedException.class);
    assertThat(app.source.calls).hasValue(0);
  }

  @Test
  void aBlockingMethodThatNeedsItsOwnValueFailsInsteadOfHanging() {
    app.source.blocking = () -> app.users().blocking(1);

    Caller<String> caller = Caller.start(() -> app.users().blocking(1));

    assertThat(caller.failure()).isInstanceOf(RecursiveFetchException.class);
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aFutureMethodThatBlocksOnItsOwnValueFailsInsteadOfHanging() {
    app.source.blocking = () -> "never called";
    app.source.future =
        () -> {
          try {
            return CompletableFuture.completedFuture(app.users().blocking(1));
          } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
          }
        };

    CompletableFuture<String> caller =
        Caller.start(() -> app.cache().retrieve(1, () -> app.users().future(1))).value();

    assertThat(Eventually.failure(Objects.requireNonNull(caller)))
        .isInstanceOf(RecursiveFetchException.class);
  }

  @Test
  void aDirectCallGetsThemInsideAValueRetrievalException() {
    app.nativeCache().close();

    assertThatThrownBy(() -> app.cache().get(1, () -> "never called"))
        .isInstanceOf(ValueRetrievalException.class)
        .hasCauseInstanceOf(CacheClosedException.class);
  }

  @Test
  void anInterruptedCallerThatLoadsItselfGetsItsValueAndKeepsItsInterrupt() {
    Caller<String> caller =
        Caller.start(
            () -> {
              Thread.currentThread().interrupt();
              return app.users().blocking(1);
            });

    assertThat(caller.value()).isEqualTo("value");
    assertThat(caller.wasInterruptedAfterwards()).isTrue();
  }

  private static App hasty() {
    return new App(
            manager -> manager.setCallerTimeout(Duration.ofMillis(20)),
            new LoggingCacheErrorHandler())
        .start();
  }

  /** Returns a caller that waits for a load that runs until the test ends. */
  private Caller<String> joiner() {
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          return "late";
        };
    Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(1);
    Caller<String> joiner = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(2);
    joiner.awaitWaiting();
    return joiner;
  }
}
