package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However its owner ends it, a future gives up what it holds, and completes in any case. */
class OwnedFutureTest {
  /** A future that says what happened, in order. */
  private static class Recorded extends OwnedFuture<String> {
    private int released;

    @Override
    protected void release() {
      assertThat(isDone()).as("it is not complete yet").isFalse();
      released++;
    }
  }

  static List<Consumer<CompletableFuture<String>>> endings() {
    return List.of(
        future -> assertThat(future.complete("mine")).isTrue(),
        future -> assertThat(future.completeExceptionally(new Exception())).isTrue(),
        future -> assertThat(future.cancel(true)).isTrue(),
        future -> future.completeAsync(() -> "mine", Runnable::run));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void itReleasesFirstAndOnceAndCompletesAfter(Consumer<CompletableFuture<String>> ending) {
    Recorded future = new Recorded();
    ending.accept(future);
    assertThat(future).isDone();
    future.complete("more");
    future.cancel(true);
    assertThat(future.released).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("endings")
  void aReleaseThatThrowsDoesNotKeepItPending(Consumer<CompletableFuture<String>> ending) {
    IllegalStateException thrown = new IllegalStateException("no stack left");
    OwnedFuture<String> future =
        new OwnedFuture<>() {
          @Override
          protected void release() {
            throw thrown;
          }
        };
    assertThatThrownBy(() -> ending.accept(future)).isSameAs(thrown);
    assertThat(future).isDone();
  }

  @Test
  void whatWasWaitedForReleasesNothing() {
    Recorded future = new Recorded();
    assertThat(future.deliver("v", null)).isTrue();
    assertThat(future.released).isZero();
    assertThat(future).isCompletedWithValue("v");
  }

  @Test
  void aSupplierThatThrowsCompletesWithACompletionExceptionAsTheJdkDoes() {
    IllegalStateException thrown = new IllegalStateException("no value");
    CompletableFuture<String> ours =
        new Recorded().completeAsync(() -> fail(thrown), Runnable::run);
    CompletableFuture<String> jdks =
        new CompletableFuture<String>().completeAsync(() -> fail(thrown), Runnable::run);
    for (CompletableFuture<String> future : List.of(ours, jdks)) {
      assertThat(future.handle((value, failure) -> failure).join())
          .isInstanceOf(CompletionException.class)
          .hasCause(thrown);
      assertThatThrownBy(future::get).hasCause(thrown);
    }
  }

  private static String fail(RuntimeException thrown) {
    throw thrown;
  }

  @Test
  void aCancelledFutureIsCancelledWithoutAStackTrace() {
    Recorded future = new Recorded();
    future.cancel(false);
    assertThat(future.isCancelled()).isTrue();
    Throwable failure = future.handle((value, thrown) -> thrown).join();
    assertThat(failure).isInstanceOf(CancellationException.class).hasMessageContaining("cancelled");
    assertThat(failure.getStackTrace()).isEmpty();
  }

  @Test
  void whatIsDerivedHoldsNothing() {
    Recorded future = new Recorded();
    future.thenApply(value -> value).cancel(true);
    assertThat(future.released).isZero();
    assertThat(future).isNotDone();
  }
}
