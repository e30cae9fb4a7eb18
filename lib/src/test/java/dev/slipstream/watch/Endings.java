package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** All that the owner of a pending future can do to end it. */
final class Endings {
  private Endings() {}

  static List<Consumer<CompletableFuture<Object>>> all() {
    return List.of(
        future -> assertThat(future.cancel(true)).isTrue(),
        future -> assertThat(future.complete("mine")).isTrue(),
        future -> assertThat(future.completeExceptionally(new TimeoutException())).isTrue(),
        future -> assertThat(future.completeAsync(() -> "mine", Runnable::run)).isDone(),
        future -> assertThat(future.completeAsync(Endings::fail, Runnable::run)).isDone(),
        future -> future.obtrudeValue("mine"),
        future -> future.obtrudeException(new TimeoutException()),
        future -> Eventually.failure(future.orTimeout(1, TimeUnit.MILLISECONDS)),
        future -> Eventually.value(future.completeOnTimeout("mine", 1, TimeUnit.MILLISECONDS)));
  }

  private static Object fail() {
    throw new IllegalStateException("a supplier's own");
  }

  /** Sees a future as one of whatever its owner likes to complete it with. */
  @SuppressWarnings("unchecked")
  static CompletableFuture<Object> of(CompletableFuture<?> future) {
    return (CompletableFuture<Object>) future;
  }
}
