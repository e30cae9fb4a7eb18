package dev.slipstream;

import com.google.common.util.concurrent.ListenableFuture;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Starts the work that computes the value of a key and returns a stage of it.
 *
 * <pre>{@code
 * FetchHandle<User> async = users.getOrFetch(42, (id, context) -> client.findUser(id));
 * }</pre>
 *
 * <p>When the last caller has left, the returned future is cancelled. If other code holds that
 * future as well, return {@code future.minimalCompletionStage()}, which takes no cancel.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface AsyncLoader<K, V> {

  /**
   * Starts the work, on the thread of the caller that asked first, and returns at once. When the
   * fetch is abandoned, the stage is cancelled if it is a {@link java.util.concurrent.Future}.
   *
   * @param key the key that was asked for
   * @param context reports whether the fetch has been given up, and is the cache's executor
   * @return a stage of the value; null in it means that there is none
   * @throws Exception if the work cannot be started; every caller of this fetch gets this very
   *     instance
   */
  CompletionStage<? extends @Nullable V> load(K key, FetchContext context) throws Exception;

  /**
   * Starts the work that computes a newer value of a key that is cached, as {@code refresh} and
   * {@link CoalescingCacheBuilder#refreshAfterWrite} ask for it. By default the same as {@link
   * #load}. A loader that finds the value unchanged returns the old instance: it is stored as if it
   * was new, and listeners are not notified.
   *
   * @param key the key that was asked for
   * @param old the value that is cached
   * @param context reports whether the fetch has been given up, and is the cache's executor
   * @return a stage of the value; null in it means that there is none any more
   * @throws Exception if the work cannot be started; the old value stays
   */
  default CompletionStage<? extends @Nullable V> reload(K key, V old, FetchContext context)
      throws Exception {
    return load(key, context);
  }

  /**
   * Returns a loader that runs a blocking one on an executor of its own, in the place of the
   * cache's. A run that is queued when the fetch is abandoned never starts, and one that has begun
   * is interrupted.
   *
   * <p>With {@code Runnable::run} it runs on the thread of the caller that asked first. That caller
   * cannot leave meanwhile: only the fetch timeout, {@code abort} and {@code close} interrupt it,
   * and an interrupt that comes from elsewhere stays set.
   *
   * @param loader computes the value
   * @param executor runs it; if it refuses, the fetch fails with {@link FetchRejectedException}
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader
   */
  static <K, V> AsyncLoader<K, V> blocking(Loader<K, V> loader, Executor executor) {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(executor, "executor");
    return new AsyncLoader<>() {
      @Override
      public CompletionStage<? extends @Nullable V> load(K key, FetchContext context) {
        return BlockingRuns.of(context).run(key, loader, executor);
      }

      @Override
      public CompletionStage<? extends @Nullable V> reload(K key, V old, FetchContext context) {
        return BlockingRuns.of(context).run(key, same -> loader.reload(same, old), executor);
      }

      @Override
      public String toString() {
        return "a blocking " + loader;
      }
    };
  }

  /**
   * Returns a loader made of a function that returns Guava's futures, as gRPC's stubs do. When the
   * fetch is abandoned, the ListenableFuture is cancelled, which interrupts the thread that
   * computes it.
   *
   * @param function starts the work; what it throws ends the fetch
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader
   */
  static <K, V> AsyncLoader<K, V> ofListenable(
      BiFunction<? super K, ? super FetchContext, ? extends ListenableFuture<? extends V>>
          function) {
    Objects.requireNonNull(function, "function");
    return (key, context) ->
        ListenableStage.of(
            Objects.requireNonNull(
                function.apply(key, context),
                () -> "the loader " + function + " returned a null future for key " + key));
  }
}
