package dev.slipstream.resilience4j;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A loader with something round it, be it asked to load or to reload. */
abstract class GuardedLoader<K, V> implements AsyncLoader<K, V> {
  private final AsyncLoader<K, V> loader;
  private final Object guard;

  /**
   * Makes one.
   *
   * @param loader what is guarded
   * @param guard what texts call the guard
   */
  GuardedLoader(AsyncLoader<K, V> loader, Object guard) {
    this.loader = loader;
    this.guard = guard;
  }

  /** Calls the loader, once or more, as the guard has it. */
  abstract CompletionStage<? extends @Nullable V> guard(LoadCall<V> call, FetchContext context)
      throws Exception;

  @Override
  public final CompletionStage<? extends @Nullable V> load(K key, FetchContext context)
      throws Exception {
    return guard(() -> checked(loader.load(key, context)), context);
  }

  @Override
  public final CompletionStage<? extends @Nullable V> reload(K key, V old, FetchContext context)
      throws Exception {
    return guard(() -> checked(loader.reload(key, old, context)), context);
  }

  private <S> S checked(@Nullable S stage) {
    if (stage == null) {
      throw new NullPointerException(
          "the loader %s returned null in the place of a stage: return one that completes with null if there is no value"
              .formatted(loader));
    }
    return stage;
  }

  @Override
  public final String toString() {
    return "%s guarded by %s".formatted(loader, guard);
  }

  /** One call of the loader. */
  @FunctionalInterface
  interface LoadCall<V> {
    CompletionStage<? extends @Nullable V> start() throws Exception;
  }
}
