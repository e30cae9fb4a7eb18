package dev.slipstream;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A blocking loader where an asynchronous one is asked for. It runs on the cache's executor. */
record BlockingLoader<K, V>(Loader<? super K, ? extends V> loader) implements AsyncLoader<K, V> {
  @Override
  public CompletionStage<? extends @Nullable V> load(K key, FetchContext context) {
    return BlockingRuns.of(context).run(key, loader, null);
  }
}
