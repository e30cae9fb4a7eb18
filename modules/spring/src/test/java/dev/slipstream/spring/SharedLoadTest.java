package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.LoaderPanicException;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Callers of one key share one call of the method, whatever it returns. */
class SharedLoadTest {
  private static final int CALLERS = 10;

  @RegisterExtension final App app = new App();

  @Test
  void callersOfABlockingMethodShareItsCall() {
    CountDownLatch release = new CountDownLatch(1);
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          return "one";
        };
    List<Caller<String>> callers = blockingCallers();

    release.countDown();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.value()).isEqualTo("one"));
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void callersOfAFutureMethodShareItsCall() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    List<CompletableFuture<String>> callers =
        IntStream.range(0, CALLERS).mapToObj(i -> app.users().future(1)).toList();

    upstream.complete("one");

    assertThat(callers).allSatisfy(caller -> assertThat(Eventually.value(caller)).isEqualTo("one"));
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void subscribersOfAMonoMethodShareItsCall() {
    Sinks.One<String> upstream = Sinks.one();
    app.source.mono = upstream::asMono;
    List<CompletableFuture<String>> callers =
        IntStream.range(0, CALLERS).mapToObj(i -> app.users().mono(1).toFuture()).toList();

    upstream.tryEmitValue("one");

    assertThat(callers).allSatisfy(caller -> assertThat(Eventually.value(caller)).isEqualTo("one"));
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void subscribersOfAFluxMethodShareItsCallAndItsValues() {
    assertThat(app.users().flux(1).collectList().block()).containsExactly("a", "b");
    assertThat(app.users().flux(1).collectList().block()).containsExactly("a", "b");
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void methodsOfAllKindsShareOneCall() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    CompletableFuture<String> future = app.users().future(1);
    CompletableFuture<String> mono = app.users().mono(1).toFuture();
    Caller<String> blocking = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(3);

    upstream.complete("one");

    assertThat(Eventually.value(future)).isEqualTo("one");
    assertThat(Eventually.value(mono)).isEqualTo("one");
    assertThat(blocking.value()).isEqualTo("one");
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aCheckedExceptionReachesEveryBlockedCallerAsItIs() {
    CountDownLatch release = new CountDownLatch(1);
    IOException failure = new IOException("no connection");
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          throw failure;
        };
    List<Caller<String>> callers = blockingCallers();

    release.countDown();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.failure()).isSameAs(failure));
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aFailureReachesCallersOfAllKindsAsItIs() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    CompletableFuture<String> future = app.users().future(1);
    CompletableFuture<String> mono = app.users().mono(1).toFuture();
    Caller<String> blocking = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(3);

    IOException failure = new IOException("no connection");
    upstream.completeExceptionally(failure);

    assertThat(Eventually.failure(future)).hasRootCause(failure).isNotInstanceOf(IOException.class);
    assertThat(mono)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withRootCauseInstanceOf(IOException.class);
    assertThat(blocking.failure()).isSameAs(failure);
  }

  @Test
  void theFailureOfABlockingMethodReachesTheFuturesThatJoinedItBare() {
    CountDownLatch release = new CountDownLatch(1);
    IllegalStateException failure = new IllegalStateException("broken");
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          throw failure;
        };
    Caller<String> blocking = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(1);
    CompletableFuture<String> mono = app.users().mono(1).toFuture();

    release.countDown();

    assertThat(blocking.failure()).isSameAs(failure);
    assertThat(Eventually.failure(mono)).isSameAs(failure);
  }

  @Test
  void anErrorReachesItsOwnCallerBareAndTheOthersAsAPanic() {
    CountDownLatch release = new CountDownLatch(1);
    AssertionError error = new AssertionError("bug");
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          throw error;
        };
    Caller<String> first = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(1);
    Caller<String> joiner = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(2);

    release.countDown();

    assertThat(first.failure()).isSameAs(error);
    assertThat(joiner.failure()).isInstanceOf(LoaderPanicException.class).hasCause(error);
  }

  @Test
  void aMethodThatThrowsBeforeItReturnsItsFutureFailsTheFutureBare() {
    IllegalArgumentException failure = new IllegalArgumentException("no such user");
    app.source.future =
        () -> {
          throw failure;
        };
    app.source.mono =
        () -> {
          throw failure;
        };

    assertThat(Eventually.failure(app.users().future(1)))
        .hasRootCause(failure)
        .satisfiesAnyOf(
            e -> assertThat(e).isSameAs(failure), e -> assertThat(e.getCause()).isSameAs(failure));
    assertThatThrownBy(() -> app.users().mono(1).block()).isSameAs(failure);
  }

  @Test
  void aFailureIsNotStored() throws Exception {
    app.source.blocking =
        () -> {
          throw new IOException("no connection");
        };
    assertThatThrownBy(() -> app.users().blocking(1)).isInstanceOf(IOException.class);
    app.source.blocking = () -> "second";

    assertThat(app.users().blocking(1)).isEqualTo("second");
  }

  @Test
  void theFetchFailsWithTheMethodsOwnException() {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    app.source.blocking =
        () -> {
          app.nativeCache()
              .onComplete(1, "watch", outcome -> failure.set(new Throwable(outcome.toString())));
          throw new IOException("no connection");
        };

    assertThatThrownBy(() -> app.users().blocking(1)).isInstanceOf(IOException.class);

    Eventually.until("the outcome is seen", () -> failure.get() != null);
    assertThat(failure.get()).hasMessageContaining("IOException");
    assertThat(failure.get().getMessage()).doesNotContain("ThrowableWrapper");
  }

  @Test
  void aMonoThatFailsIsCalledOnceForAll() {
    Sinks.One<String> upstream = Sinks.one();
    app.source.mono = upstream::asMono;
    List<CompletableFuture<String>> callers =
        IntStream.range(0, CALLERS).mapToObj(i -> app.users().mono(1).toFuture()).toList();
    IllegalStateException failure = new IllegalStateException("broken");

    upstream.tryEmitError(failure);

    assertThat(callers)
        .allSatisfy(caller -> assertThat(Eventually.failure(caller)).isSameAs(failure));
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aMonoMethodIsNotCalledOnAHit() {
    app.source.mono = () -> Mono.just("one");
    assertThat(app.users().mono(1).block()).isEqualTo("one");

    assertThat(app.users().mono(1).block()).isEqualTo("one");
    assertThat(app.source.calls).hasValue(1);
  }

  private List<Caller<String>> blockingCallers() {
    List<Caller<String>> callers =
        IntStream.range(0, CALLERS)
            .mapToObj(i -> Caller.start(() -> app.users().blocking(1)))
            .toList();
    app.awaitCallers(CALLERS);
    return callers;
  }
}
