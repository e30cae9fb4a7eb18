package dev.slipstream;

import dev.slipstream.internal.InterruptibleRun;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How loaders are called, for one key and for several. */
final class LoaderStart {
  private LoaderStart() {}

  /**
   * Calls an asynchronous loader on this thread, or has a blocking one run on the executor. The
   * callback gets its end.
   *
   * @param load the run, which a cancel reaches
   * @param given the loader, without the interceptors of the cache
   * @param context what the loader is given
   */
  static <K, V> void call(
      LoadContext<K, V> load,
      K key,
      AsyncLoader<? super K, ? extends V> given,
      FetchContext context,
      BiFunction<@Nullable V, @Nullable Throwable, @Nullable Void> callback) {
    LoaderInterceptors<K, V> interceptors = load.core.config.loaderInterceptors();
    AsyncLoader<? super K, ? extends V> loader =
        interceptors == null ? given : interceptors.around(given);
    if (loader instanceof BlockingLoader<? super K, ? extends V> blocking) {
      LoadContext.awaitPublished(load.<K, V>run(key, blocking.loader(), null), callback);
      return;
    }
    CompletionStage<? extends V> stage;
    int loads = LoadStack.push(load);
    try {
      load.onStack = true;
      CallerContext caller = load.caller();
      stage =
          caller == null ? loader.load(key, context) : caller.call(() -> loader.load(key, context));
    } catch (Throwable e) {
      InterruptibleRun.keepInterrupt(e);
      callback.apply(null, e);
      return;
    } finally {
      load.onStack = false;
      LoadStack.pop(loads);
    }
    if (stage == null) {
      callback.apply(
          null, new NullPointerException(Failures.nullStage(loader, key, load.core.config)));
    } else {
      load.await(stage, callback);
    }
  }

  /** Calls a bulk loader on this thread. The callback gets its end. */
  static <K, V> void call(
      LoadContext<K, V> load,
      BulkLoader<K, V> loader,
      Set<K> keys,
      BiFunction<@Nullable Map<? extends K, ? extends V>, @Nullable Throwable, @Nullable Void>
          callback) {
    CompletionStage<? extends Map<? extends K, ? extends V>> stage;
    int loads = LoadStack.push(load);
    try {
      load.onStack = true;
      CallerContext caller = load.caller();
      stage =
          caller == null
              ? loader.loadAll(keys, load)
              : caller.call(() -> loader.loadAll(keys, load));
    } catch (Throwable e) {
      InterruptibleRun.keepInterrupt(e);
      callback.apply(null, e);
      return;
    } finally {
      load.onStack = false;
      LoadStack.pop(loads);
    }
    if (stage == null) {
      callback.apply(
          null, new NullPointerException(Failures.nullStage(loader, keys, load.core.config)));
    } else {
      load.await(stage, callback);
    }
  }
}
