package dev.slipstream;

import dev.slipstream.internal.Texts;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What starts blocking loaders for a fetch, so that a cancel reaches them: its context. */
interface BlockingRuns {

  /**
   * Returns what starts blocking loaders for the fetch of a context.
   *
   * @throws IllegalArgumentException if no cache has made the context
   */
  static BlockingRuns of(@Nullable FetchContext context) {
    if (context instanceof BlockingRuns runs) {
      return runs;
    }
    throw new IllegalArgumentException(
        "a blocking loader was called with the context %s, which no cache has made: pass on the context of the fetch"
            .formatted(Texts.of(context)));
  }

  /**
   * Has a blocking loader run.
   *
   * @param executor runs it; null for the cache's own
   * @return a stage of its value, or of the executor's refusal
   */
  <K, V> CompletionStage<V> run(
      K key, Loader<? super K, ? extends V> loader, @Nullable Executor executor);
}
