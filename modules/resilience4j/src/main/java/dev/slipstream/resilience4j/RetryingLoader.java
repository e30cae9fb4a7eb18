package dev.slipstream.resilience4j;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import io.github.resilience4j.retry.Retry;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A loader that is called again after it has failed. */
final class RetryingLoader<K, V> extends GuardedLoader<K, V> {
  private final Retry retry;

  RetryingLoader(Retry retry, AsyncLoader<K, V> loader) {
    super(loader, retry);
    this.retry = retry;
  }

  @Override
  CompletionStage<? extends @Nullable V> guard(LoadCall<V> call, FetchContext context) {
    RetriedStage<V> stage = new RetriedStage<>(retry.asyncContext(), call, context);
    context.onAbandon(() -> stage.cancel(true));
    stage.attempt();
    return stage;
  }
}
