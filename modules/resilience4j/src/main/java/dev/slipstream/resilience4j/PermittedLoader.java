package dev.slipstream.resilience4j;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A loader that needs a permit for each fetch. */
final class PermittedLoader<K, V> extends GuardedLoader<K, V> {
  private final Supplier<Permit> permits;

  /**
   * Makes one.
   *
   * @param permits gives a permit, or throws
   * @param loader is called with a permit
   * @param guard what texts call the guard
   */
  PermittedLoader(Supplier<Permit> permits, AsyncLoader<K, V> loader, Object guard) {
    super(loader, guard);
    this.permits = permits;
  }

  @Override
  CompletionStage<? extends @Nullable V> guard(LoadCall<V> call, FetchContext context)
      throws Exception {
    Permit permit = permits.get();
    CompletionStage<? extends @Nullable V> source;
    try {
      source = call.start();
    } catch (Throwable e) {
      permit.failed(e);
      throw e;
    }
    PermittedStage<V> stage = new PermittedStage<>(source, permit);
    context.onAbandon(
        () -> stage.cancel(true)); // where others derive from it, and that is cancelled
    return stage;
  }
}
