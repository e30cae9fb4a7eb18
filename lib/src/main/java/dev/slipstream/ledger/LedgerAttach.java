package dev.slipstream.ledger;

import java.util.concurrent.CompletionStage;

/**
 * An engine's own way to wait for the end of a fetch. A {@link LedgerAwaiter} asks it once, when it
 * has found a fetch that has not ended; from then on it alone decides.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface LedgerAttach<K, V> {
  /**
   * Begins to wait for the end of a fetch. It must not block.
   *
   * @param id the fetch
   * @return completes with its end, also if it has ended meanwhile. If it fails, or this call
   *     throws, the wait fails. If it is a {@code CompletableFuture}, it is cancelled when the end
   *     is no longer needed
   */
  CompletionStage<FetchEnd<V>> attach(FetchId<K> id);
}
