package dev.slipstream;

import dev.slipstream.internal.InterruptibleRun;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How a loader of one key is called. */
final class LoaderStart {
  private LoaderStart() {}

  /**
   * Calls an asynchronous loader on this thread, or has a blocking one run on the executor. The
   * callback gets its end.
   *
   * @param load the run, which a cancel reaches
   * @param context what the loader is given
   */
  static <K, V> void call(
      LoadContext<K, V> load,
      K key,
      AsyncLoader<? super K, ? extends V> loader,
      FetchContext context,
      BiFunction<@Nullable V, @Nullable Throwable, @Nullable Void> callback) {
    if (loader instanceof BlockingLoader<? super K, ? extends V> blocking) {
      run(load, key, blocking.loader(), callback);
      return;
    }
    CompletionStage<? extends V> stage;
    int loads = LoadStack.push(load);
    try {
      load.onStack = true;
      stage = loader.load(key, context);
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

  private static <K, V> void run(
      LoadContext<K, V> load,
      K key,
      Loader<? super K, ? extends V> loader,
      BiFunction<@Nullable V, @Nullable Throwable, @Nullable Void> callback) {
    BlockingLoad<K, V> run = new BlockingLoad<>(key, loader, load);
    load.publish(run); // before it can run: a cancel must reach it while it is queued
    try {
      load.core.config.executor().execute(run);
    } catch (RuntimeException | Error rejection) {
      run.cancel(false); // an executor that kept it all the same must not run it
      callback.apply(null, new Failures.Rejection(rejection));
      return;
    }
    LoadContext.awaitPublished(run, callback);
  }
}
