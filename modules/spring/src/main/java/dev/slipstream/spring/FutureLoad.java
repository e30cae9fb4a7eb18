package dev.slipstream.spring;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A load that a caller of {@code retrieve} brings. */
final class FutureLoad implements AsyncLoader<Object, Object> {
  private final Supplier<? extends CompletableFuture<?>> valueLoader;
  private final UnaryOperator<@Nullable Object> toLoaded;

  FutureLoad(
      Supplier<? extends CompletableFuture<?>> valueLoader,
      UnaryOperator<@Nullable Object> toLoaded) {
    this.valueLoader = Objects.requireNonNull(valueLoader, "valueLoader");
    this.toLoaded = toLoaded;
  }

  @Override
  public CompletionStage<@Nullable Object> load(Object key, FetchContext context) throws Exception {
    CompletableFuture<?> source;
    try {
      source = valueLoader.get();
    } catch (RuntimeException e) {
      throw CallableLoad.unwrapped(e);
    }
    if (source == null) {
      throw new IllegalStateException(
          "cache %s: the value loader %s returned null in the place of a future: return a future that completes with null if there is no value"
              .formatted(context.cacheName(), valueLoader));
    }
    return new Loaded(source, toLoaded);
  }

  /** What a future is stored as; to cancel it cancels the future. */
  private static final class Loaded extends CompletableFuture<@Nullable Object> {
    private final CompletableFuture<?> source;

    Loaded(CompletableFuture<?> source, UnaryOperator<@Nullable Object> toLoaded) {
      this.source = source;
      var unused =
          source.whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  complete(toLoaded.apply(value));
                } else {
                  completeExceptionally(failure);
                }
              });
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      source.cancel(mayInterruptIfRunning);
      return super.cancel(mayInterruptIfRunning);
    }
  }
}
